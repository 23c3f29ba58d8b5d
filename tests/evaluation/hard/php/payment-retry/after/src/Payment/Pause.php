<?php

declare(strict_types=1);

namespace Shop\Payment;

/** The pauses between attempts. */
final class Pause
{
    /** @var callable(int): void */
    private $sleep;

    /** @param (callable(int): void)|null $sleep takes microseconds */
    public function __construct(
        private readonly int $firstMillis = 200,
        private readonly int $longestMillis = 2_000,
        ?callable $sleep = null,
    ) {
        $this->sleep = $sleep ?? 'usleep';
    }

    public function after(int $attempt): void
    {
        ($this->sleep)($this->millis($attempt) * 1000);
    }

    /** Doubles with each attempt; a part of it is random, so that many workers do not return at one moment. */
    private function millis(int $attempt): int
    {
        // The shift is limited, as a large attempt number would shift the value out of the integer.
        $full = min($this->longestMillis, $this->firstMillis << min($attempt - 1, 10));

        return intdiv($full, 2) + random_int(0, intdiv($full, 2));
    }
}
