<?php

declare(strict_types=1);

namespace Shop\Payment;

/** Charges a customer's card. */
final class Charge
{
    public function __construct(private readonly GatewayClient $gateway)
    {
    }

    /** The gateway's id of the payment. */
    public function run(int $order, int $cents, string $currency, string $card): string
    {
        $answer = $this->gateway->post('/v1/charges', [
            'order' => $order,
            'amount' => $cents,
            'currency' => $currency,
            'card' => $card,
        ]);

        return (string) $answer['id'];
    }
}
