<?php

declare(strict_types=1);

namespace Shop\Shipping;

use Shop\Billing\Order;

final class ShipOrder
{
    public function __construct(private readonly Carrier $carrier)
    {
    }

    public function ship(Order $order): string
    {
        return $this->carrier->announce($order->id, count($order->lines));
    }
}
