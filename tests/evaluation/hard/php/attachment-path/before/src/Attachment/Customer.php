<?php

declare(strict_types=1);

namespace Desk\Attachment;

final class Customer
{
    public function __construct(public readonly int $id, public readonly string $shortName)
    {
    }
}
