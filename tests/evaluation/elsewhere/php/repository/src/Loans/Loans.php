<?php

declare(strict_types=1);

namespace Lending\Loans;

use Lending\Support\Table;

/** The table of loans. */
final class Loans extends Table
{
    /** @return list<array<string, mixed>> */
    public function of(int $member): array
    {
        return $this->rows(
            'SELECT loans.id, books.title, loans.due_on AS until, loans.renewals FROM loans'
            . ' JOIN books ON books.id = loans.book WHERE member = ? AND returned_on IS NULL',
            [$member],
        );
    }

    /** @return list<array<string, mixed>> */
    public function past(int $member): array
    {
        return $this->rows('SELECT * FROM loans WHERE member = ? AND returned_on IS NOT NULL', [$member]);
    }

    public function add(int $member, int $book): void
    {
        $this->change('INSERT INTO loans (member, book, due_on) VALUES (?, ?, date("now", "+28 days"))', [$member, $book]);
    }

    public function renew(int $loan, int $member): void
    {
        $this->change('UPDATE loans SET renewals = renewals + 1 WHERE id = ? AND member = ?', [$loan, $member]);
    }

    public function giveBack(int $loan, int $member): void
    {
        $this->change('UPDATE loans SET returned_on = date("now") WHERE id = ? AND member = ?', [$loan, $member]);
    }
}
