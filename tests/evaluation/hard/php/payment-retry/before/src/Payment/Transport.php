<?php

declare(strict_types=1);

namespace Shop\Payment;

interface Transport
{
    /**
     * Sends one request. Raises GatewayError with status 0 if no answer came in time.
     *
     * @param array<string, string> $headers
     */
    public function send(string $method, string $path, string $body, array $headers): Answer;
}
