<?php

declare(strict_types=1);

namespace Shop\Payment;

use LogicException;
use Psr\Log\LoggerInterface;

/** Charges a customer's card. */
final class Charge
{
    private const ATTEMPTS = 3;

    public function __construct(
        private readonly GatewayClient $gateway,
        private readonly Pause $pause,
        private readonly LoggerInterface $log,
    ) {
    }

    /** The gateway's id of the payment. */
    public function run(int $order, int $cents, string $currency, string $card): string
    {
        $answer = $this->repeated([
            'order' => $order,
            'amount' => $cents,
            'currency' => $currency,
            'card' => $card,
        ]);

        return (string) $answer['id'];
    }

    /**
     * @param array<string, scalar> $body
     * @return array<string, mixed>
     */
    private function repeated(array $body): array
    {
        for ($attempt = 1; $attempt <= self::ATTEMPTS; $attempt++) {
            try {
                return $this->gateway->post('/v1/charges', $body);
            } catch (GatewayError $error) {
                if (!$error->isTemporary() || $attempt === self::ATTEMPTS) {
                    throw $error;
                }
                // The message holds no card data: the gateway's answers mask it.
                $this->log->warning('charge failed, trying again', [
                    'order' => $body['order'],
                    'attempt' => $attempt,
                    'status' => $error->status,
                ]);
                $this->pause->after($attempt);
            }
        }
        throw new LogicException('the last attempt returns or throws');
    }
}
