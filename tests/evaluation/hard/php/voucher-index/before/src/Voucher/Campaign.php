<?php

declare(strict_types=1);

namespace Shop\Voucher;

final class Campaign
{
    public function __construct(public readonly string $name, public readonly string $folder)
    {
    }

    public function codesFile(): string
    {
        return "{$this->folder}/{$this->name}.txt";
    }
}
