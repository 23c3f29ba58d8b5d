<?php

declare(strict_types=1);

namespace Shop\Payment;

final class Answer
{
    public function __construct(public readonly int $status, public readonly string $body)
    {
    }
}
