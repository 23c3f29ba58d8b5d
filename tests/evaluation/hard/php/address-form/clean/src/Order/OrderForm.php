<?php

declare(strict_types=1);

namespace Shop\Order;

/** Reads the order form. */
final class OrderForm
{
    private const FIELDS = ['name', 'street', 'postcode', 'city', 'country'];

    public function __construct(private readonly AddressCheck $check = new AddressCheck())
    {
    }

    /**
     * @param array<string, mixed> $post
     * @return array{billing: array<string, string>, delivery: array<string, string>, errors: array<string, string>}
     */
    public function read(array $post): array
    {
        $errors = [];
        $billing = $this->address($post['billing'] ?? []);
        foreach ($this->check->problems($billing, $billing['country']) as $field => $problem) {
            $errors["billing.{$field}"] = $problem;
        }

        $delivery = $this->address($post['delivery'] ?? []);
        // The country is preset in the form, so it does not count as an entry.
        if (implode('', array_diff_key($delivery, ['country' => ''])) === '') {
            $delivery = $billing;
            $errors += $this->deliverable($billing, 'billing');
        } else {
            foreach ($this->check->problems($delivery, $delivery['country']) as $field => $problem) {
                $errors["delivery.{$field}"] = $problem;
            }
            $errors += $this->deliverable($delivery, 'delivery');
        }

        return ['billing' => $billing, 'delivery' => $delivery, 'errors' => $errors];
    }

    /** @return array<string, string> */
    private function address(mixed $input): array
    {
        // A field that is sent as an array counts as empty; a cast would give the text "Array".
        $address = [];
        foreach (self::FIELDS as $field) {
            $value = is_array($input) ? ($input[$field] ?? '') : '';
            $address[$field] = is_string($value) ? trim($value) : '';
        }
        $address['country'] = strtoupper($address['country']);

        return $address;
    }

    /**
     * @param array<string, string> $address
     * @return array<string, string>
     */
    private function deliverable(array $address, string $which): array
    {
        if (in_array($address['country'], Countries::DELIVERY, true)) {
            return [];
        }

        return ["{$which}.country" => 'we do not deliver to this country'];
    }
}
