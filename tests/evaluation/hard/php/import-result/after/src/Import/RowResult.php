<?php

declare(strict_types=1);

namespace Club\Import;

/** What became of a row. */
final class RowResult
{
    /** @param list<string> $problems */
    private function __construct(public readonly array $problems)
    {
    }

    public static function imported(): self
    {
        return new self([]);
    }

    /** @param non-empty-list<string> $problems */
    public static function refused(array $problems): self
    {
        return new self($problems);
    }

    public function isImported(): bool
    {
        return $this->problems === [];
    }

    public function __toString(): string
    {
        return implode('; ', $this->problems);
    }
}
