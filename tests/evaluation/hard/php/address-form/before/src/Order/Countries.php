<?php

declare(strict_types=1);

namespace Shop\Order;

/** Countries by their ISO codes. */
final class Countries
{
    /** Postcodes without spaces. */
    public const POSTCODES = [
        'AT' => '/\A[1-9]\d{3}\z/',
        'BE' => '/\A[1-9]\d{3}\z/',
        'CH' => '/\A[1-9]\d{3}\z/',
        'DE' => '/\A\d{5}\z/',
        'FR' => '/\A\d{5}\z/',
        'NL' => '/\A[1-9]\d{3}[A-Z]{2}\z/',
    ];

    /** Countries to which the carrier delivers; we send invoices to all countries of POSTCODES. */
    public const DELIVERY = ['AT', 'BE', 'DE', 'FR', 'NL'];
}
