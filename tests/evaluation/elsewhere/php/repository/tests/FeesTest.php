<?php

declare(strict_types=1);

use Lending\Loans\Fees;
use Lending\Loans\Loan;
use PHPUnit\Framework\TestCase;

final class FeesTest extends TestCase
{
    public function testTheFirstDayCostsNothing(): void
    {
        $loan = new Loan(1, new DateTimeImmutable('2026-03-02 12:00'));
        self::assertSame(0, (new Fees())->of($loan, new DateTimeImmutable('2026-03-03 15:00')));
    }

    public function testThreeDaysCostTwentyCents(): void
    {
        $loan = new Loan(1, new DateTimeImmutable('2026-03-02 12:00'));
        self::assertSame(20, (new Fees())->of($loan, new DateTimeImmutable('2026-03-05 15:00')));
    }
}
