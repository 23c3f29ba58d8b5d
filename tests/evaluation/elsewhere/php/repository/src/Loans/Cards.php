<?php

declare(strict_types=1);

namespace Lending\Loans;

/** Numbers of members' cards. */
final class Cards
{
    /** Ten digits, of which the last is the sum of the others modulo ten. */
    public static function isValid(string $number): bool
    {
        $digits = preg_replace('/\s+/', '', $number);
        if (!preg_match('/^\d{10}$/', $digits)) {
            return false;
        }
        return array_sum(str_split(substr($digits, 0, 9))) % 10 === (int) $digits[9];
    }
}
