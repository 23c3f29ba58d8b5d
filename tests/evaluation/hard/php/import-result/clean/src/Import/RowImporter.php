<?php

declare(strict_types=1);

namespace Club\Import;

/** Imports one row of a member list. */
final class RowImporter
{
    public function __construct(private readonly Members $members)
    {
    }

    /**
     * Throws a RowError that names all problems of the row.
     *
     * @param array<string, string> $row
     */
    public function import(array $row): RowResult
    {
        $problems = [];
        $name = preg_replace('/\s+/u', ' ', trim($row['name'] ?? ''));
        if ($name === null) {
            // preg_replace() gives null for bytes that are not UTF-8.
            $problems[] = 'the name is not UTF-8';
        } elseif ($name === '') {
            $problems[] = 'the name is missing';
        }
        $email = $this->email($row['email'] ?? '');
        if ($email === null) {
            $problems[] = 'not an e-mail address: ' . ($row['email'] ?? '');
        } elseif ($this->members->hasEmail($email)) {
            $problems[] = 'already a member: ' . $email;
        }
        $birthday = trim($row['birthday'] ?? '');
        $date = $this->date($birthday);
        if ($birthday !== '' && $date === null) {
            $problems[] = 'not a date: ' . $birthday;
        }
        if ($problems !== []) {
            throw new RowError((string) RowResult::refused($problems));
        }
        $this->members->add((string) $name, (string) $email, $date);

        return RowResult::imported();
    }

    /** The address with its domain in lower case: the part before the sign can be case-sensitive and stays. */
    private function email(string $text): ?string
    {
        $text = trim($text);
        if (filter_var($text, FILTER_VALIDATE_EMAIL) === false) {
            return null;
        }
        // The last sign: the local part may hold one in quotes.
        $at = (int) strrpos($text, '@');

        return substr($text, 0, $at) . strtolower(substr($text, $at));
    }

    /** "2001-05-31" or "31.5.2001" as "2001-05-31"; null if it is no date of the calendar. */
    private function date(string $text): ?string
    {
        if (preg_match('/\A(\d{4})-(\d\d)-(\d\d)\z/', $text, $found) === 1) {
            [, $year, $month, $day] = $found;
        } elseif (preg_match('/\A(\d{1,2})\.(\d{1,2})\.(\d{4})\z/', $text, $found) === 1) {
            [, $day, $month, $year] = $found;
        } else {
            return null;
        }
        if (!checkdate((int) $month, (int) $day, (int) $year)) {
            return null;
        }

        return sprintf('%04d-%02d-%02d', $year, $month, $day);
    }
}
