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
}
