<?php

declare(strict_types=1);

namespace Shop\Billing;

use DateTimeZone;
use PDO;
use Throwable;

/** Makes the invoice of an order. */
final class InvoiceIssuer
{
    public function __construct(
        private readonly PDO $db,
        private readonly NumberRange $numbers,
        private readonly DateTimeZone $taxZone,
    ) {
    }

    /** The number of the order's invoice, which is issued unless there is one. */
    public function issue(Order $order): string
    {
        // Before the number is taken, so that a repeated message costs no number.
        $known = $this->numberOf($order);
        if ($known !== null) {
            return $known;
        }
        // The tax office counts years in local time, not in UTC.
        $year = $order->shipped->setTimezone($this->taxZone)->format('Y');
        $number = $this->numbers->next('invoice-' . $year);
        $this->db->beginTransaction();
        try {
            $name = sprintf('%s-%06d', $year, $number);
            $this->store($order, $name);
            $this->db->commit();
        } catch (Throwable $error) {
            $this->db->rollBack();
            // Another worker was faster: the table allows one invoice per order.
            return $this->numberOf($order) ?? throw $error;
        }

        return $name;
    }

    private function numberOf(Order $order): ?string
    {
        $query = $this->db->prepare('SELECT number FROM invoices WHERE order_id = ?');
        $query->execute([$order->id]);
        $number = $query->fetchColumn();

        return $number === false ? null : (string) $number;
    }

    private function store(Order $order, string $number): void
    {
        [$net, $tax] = $this->totals($order);
        $insert = $this->db->prepare(
            'INSERT INTO invoices (number, order_id, customer_id, net, tax) VALUES (?, ?, ?, ?, ?)'
        );
        $insert->execute([$number, $order->id, $order->customer, $net, $tax]);

        $line = $this->db->prepare(
            'INSERT INTO invoice_lines (number, position, article, pieces, net) VALUES (?, ?, ?, ?, ?)'
        );
        foreach ($order->lines as $index => $orderLine) {
            $line->execute([$number, $index + 1, $orderLine->article, $orderLine->pieces, $orderLine->net()]);
        }
    }

    /**
     * Net and tax in cents. The tax is rounded once per rate, not per line, as the law allows and customers check.
     *
     * @return array{int, int}
     */
    private function totals(Order $order): array
    {
        $perRate = [];
        foreach ($order->lines as $line) {
            $perRate[$line->taxPerMille] = ($perRate[$line->taxPerMille] ?? 0) + $line->net();
        }
        $tax = 0;
        foreach ($perRate as $rate => $net) {
            // Half up for credits as well as debits; integers, as cents are not exact in floats.
            $tax += intdiv(abs($net) * $rate + 500, 1000) * ($net <=> 0);
        }

        return [array_sum($perRate), $tax];
    }
}
