<?php

declare(strict_types=1);

namespace Shop\Tests\Order;

use PHPUnit\Framework\TestCase;
use Shop\Order\OrderForm;

final class OrderFormTest extends TestCase
{
    private const ADDRESS = [
        'name' => 'Ada Byron', 'street' => 'Domplatz 1', 'postcode' => '50667', 'city' => 'Köln', 'country' => 'de',
    ];

    public function testDeliversToTheBillingAddressByDefault(): void
    {
        $read = (new OrderForm())->read(['billing' => self::ADDRESS, 'delivery' => ['country' => 'DE']]);

        self::assertSame([], $read['errors']);
        self::assertSame('DE', $read['delivery']['country']);
    }

    public function testChecksBothAddresses(): void
    {
        $delivery = ['postcode' => '5066'] + self::ADDRESS;

        $read = (new OrderForm())->read(['billing' => self::ADDRESS, 'delivery' => $delivery]);

        self::assertSame(['delivery.postcode' => 'not a postcode of DE'], $read['errors']);
    }
}
