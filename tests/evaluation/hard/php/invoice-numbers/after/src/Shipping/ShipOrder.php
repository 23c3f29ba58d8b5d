<?php

declare(strict_types=1);

namespace Shop\Shipping;

use Shop\Billing\InvoiceIssuer;
use Shop\Billing\Order;

final class ShipOrder
{
    public function __construct(private readonly Carrier $carrier, private readonly InvoiceIssuer $invoices)
    {
    }

    /** The tracking number. The invoice comes last: without a parcel there is nothing to pay. */
    public function ship(Order $order): string
    {
        $tracking = $this->carrier->announce($order->id, count($order->lines));
        $this->invoices->issue($order);

        return $tracking;
    }
}
