<?php

declare(strict_types=1);

namespace Shop\Order;

/** Checks the parts of an address. */
final class AddressCheck
{
    private const REQUIRED = ['name', 'street', 'postcode', 'city'];

    /**
     * The problems by field, for an address within a country.
     *
     * @param array<string, string> $address
     * @return array<string, string>
     */
    public function problems(array $address, string $country): array
    {
        $problems = [];
        foreach (self::REQUIRED as $field) {
            if ($address[$field] === '') {
                $problems[$field] = 'required';
            }
        }
        $pattern = Countries::POSTCODES[$country] ?? null;
        if ($pattern === null) {
            return $problems + ['country' => 'unknown country'];
        }
        // A missing postcode is already named; "+" keeps that entry.
        if (preg_match($pattern, self::plainPostcode($address['postcode'])) !== 1) {
            $problems += ['postcode' => "not a postcode of {$country}"];
        }
        // A parcel machine has no street number, but then the name of the machine stands in the street.
        if ($address['street'] !== '' && preg_match('/\d|packstation|automaat/iu', $address['street']) !== 1) {
            $problems['street'] = 'the house number is missing';
        }

        return $problems;
    }

    /** "1234 ab" as "1234AB", "D-50667" as "50667". */
    private static function plainPostcode(string $postcode): string
    {
        $plain = strtoupper((string) preg_replace('/\s+/', '', $postcode));

        return (string) preg_replace('/\A[A-Z]{1,2}-/', '', $plain);
    }
}
