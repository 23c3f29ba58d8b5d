<?php

declare(strict_types=1);

namespace Lending\Http;

final class Request
{
    /**
     * @param array<string, string> $query
     * @param array<string, string> $form
     */
    public function __construct(
        public readonly array $query,
        public readonly array $form,
        private readonly string $body,
    ) {
    }

    /** @return array<string, mixed> */
    public function json(): array
    {
        return json_decode($this->body, true, flags: JSON_THROW_ON_ERROR);
    }
}
