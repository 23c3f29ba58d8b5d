<?php

declare(strict_types=1);

namespace Lending\Loans;

use DateTimeImmutable;

/** A borrowed book. */
final class Loan
{
    public function __construct(
        public readonly int $id,
        public readonly DateTimeImmutable $due,
        public readonly int $renewals = 0,
    ) {
    }

    /** A loan that begins today. */
    public static function from(int $id, DateTimeImmutable $today, int $days): self
    {
        return new self($id, $today->modify("+$days days")->setTime(12, 0));
    }
}
