<?php

declare(strict_types=1);

namespace Shop\Payment;

/** Speaks to the payment gateway. */
final class GatewayClient
{
    public function __construct(
        private readonly Transport $transport,
        private readonly string $secret,
    ) {
    }

    /**
     * @param array<string, scalar> $body
     * @return array<string, mixed> the answer
     */
    public function post(string $path, array $body, ?string $key = null): array
    {
        $answer = $this->transport->send('POST', $path, json_encode($body, JSON_THROW_ON_ERROR), [
            'Authorization' => 'Bearer ' . $this->secret,
            'Content-Type' => 'application/json',
            'Idempotency-Key' => $key ?? bin2hex(random_bytes(16)),
        ]);
        if ($answer->status >= 300) {
            throw new GatewayError($answer->status, $answer->body);
        }

        return json_decode($answer->body, true, 32, JSON_THROW_ON_ERROR);
    }
}
