<?php

declare(strict_types=1);

namespace Club\Import;

/** Imports one row of a member list. */
final class RowImporter
{
    public function __construct(private readonly Members $members)
    {
    }

    /** @param array<string, string> $row */
    public function import(array $row): void
    {
        $name = trim($row['name'] ?? '');
        $email = trim($row['email'] ?? '');
        if ($name === '') {
            throw new RowError('the name is missing');
        }
        if (filter_var($email, FILTER_VALIDATE_EMAIL) === false) {
            throw new RowError('not an e-mail address: ' . $email);
        }
        if ($this->members->hasEmail($email)) {
            throw new RowError('already a member: ' . $email);
        }
        $birthday = trim($row['birthday'] ?? '');
        if ($birthday !== '' && preg_match('/\A\d{4}-\d\d-\d\d\z/', $birthday) !== 1) {
            throw new RowError('not a date: ' . $birthday);
        }
        $this->members->add($name, $email, $birthday === '' ? null : $birthday);
    }
}
