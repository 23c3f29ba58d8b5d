<?php

declare(strict_types=1);

namespace Lending\Loans;

use DateTimeImmutable;

/** What late books cost. */
final class Fees
{
    private const PER_DAY = 10;

    /** Cents. */
    public function of(Loan $loan, DateTimeImmutable $now): int
    {
        if ($now <= $loan->due) {
            return 0;
        }
        $days = $loan->due->diff($now)->days;
        return max(0, $days - 1) * self::PER_DAY;
    }
}
