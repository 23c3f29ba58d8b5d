<?php

declare(strict_types=1);

namespace Shop\Payment;

use RuntimeException;

/** The gateway refused a request; status 0 is a timeout. */
final class GatewayError extends RuntimeException
{
    public function __construct(public readonly int $status, string $body)
    {
        parent::__construct("gateway: {$status} " . substr($body, 0, 200));
    }

    /** Whether the same request may succeed later: no answer, a server error, or too many requests. */
    public function isTemporary(): bool
    {
        return $this->status === 0 || $this->status === 429 || $this->status >= 500;
    }
}
