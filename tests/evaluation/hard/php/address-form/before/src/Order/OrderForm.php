<?php

declare(strict_types=1);

namespace Shop\Order;

/** Reads the order form. */
final class OrderForm
{
    private const FIELDS = ['name', 'street', 'postcode', 'city', 'country'];

    /**
     * @param array<string, mixed> $post
     * @return array{billing: array<string, string>, errors: array<string, string>}
     */
    public function read(array $post): array
    {
        $billing = $errors = [];
        foreach (self::FIELDS as $field) {
            $billing[$field] = trim((string) ($post['billing'][$field] ?? ''));
            if ($billing[$field] === '') {
                $errors["billing.{$field}"] = 'required';
            }
        }

        return ['billing' => $billing, 'errors' => $errors];
    }
}
