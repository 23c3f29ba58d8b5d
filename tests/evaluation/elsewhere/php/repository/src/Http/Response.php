<?php

declare(strict_types=1);

namespace Lending\Http;

final class Response
{
    public function __construct(private readonly string $body, private readonly int $status = 200)
    {
    }

    public function send(): void
    {
        http_response_code($this->status);
        echo $this->body;
    }
}
