<?php

declare(strict_types=1);

namespace Shop\Billing;

use DateTimeImmutable;

final class Order
{
    /** @param list<OrderLine> $lines */
    public function __construct(
        public readonly int $id,
        public readonly int $customer,
        public readonly DateTimeImmutable $shipped,
        public readonly array $lines,
    ) {
    }
}
