<?php

declare(strict_types=1);

namespace Club\Import;

interface Members
{
    public function hasEmail(string $email): bool;

    public function add(string $name, string $email, ?string $birthday): void;
}
