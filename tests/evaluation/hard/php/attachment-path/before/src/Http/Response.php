<?php

declare(strict_types=1);

namespace Desk\Http;

final class Response
{
    /**
     * @param array<string, string> $headers
     * @param resource|null $stream
     */
    public function __construct(
        public readonly int $status,
        public readonly array $headers = [],
        public readonly mixed $stream = null,
    ) {
    }
}
