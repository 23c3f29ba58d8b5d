<?php

declare(strict_types=1);

use Lending\Loans\Cards;
use PHPUnit\Framework\TestCase;

final class CardsTest extends TestCase
{
    public function testNumbersMayBeTypedAsTheyStandOnTheCard(): void
    {
        self::assertTrue(Cards::isValid('2100 0004 07'));
    }

    public function testASingleWrongDigitIsSeen(): void
    {
        self::assertFalse(Cards::isValid('2100000417'));
    }
}
