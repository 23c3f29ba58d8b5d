<?php

declare(strict_types=1);

namespace Shop\Billing;

final class OrderLine
{
    /** The price of one piece is net and in cents; the tax is in per mille (190 is 19 %). */
    public function __construct(
        public readonly string $article,
        public readonly int $pieces,
        public readonly int $price,
        public readonly int $taxPerMille,
    ) {
    }

    public function net(): int
    {
        return $this->pieces * $this->price;
    }
}
