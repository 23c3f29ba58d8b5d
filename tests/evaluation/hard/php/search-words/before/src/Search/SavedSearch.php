<?php

declare(strict_types=1);

namespace Desk\Search;

final class SavedSearch
{
    public function __construct(
        public readonly int $id,
        public readonly string $owner,
        public readonly string $query,
    ) {
    }
}
