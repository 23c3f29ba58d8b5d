<?php

declare(strict_types=1);

namespace Desk\Http;

final class Request
{
    /**
     * @param array<string, string> $query
     * @param array<string, string> $headers names are in lower case
     */
    public function __construct(public readonly array $query, public readonly array $headers)
    {
    }
}
