<?php

declare(strict_types=1);

namespace Shop\Billing;

use PDO;
use RuntimeException;

/** Consecutive numbers, one range per name. */
final class NumberRange
{
    public function __construct(private readonly PDO $db)
    {
    }

    /**
     * The next number of a range. The row stays locked until the transaction of the caller ends, so that numbers
     * are handed out one after the other and a rollback gives the number back.
     */
    public function next(string $range): int
    {
        $read = $this->db->prepare('SELECT last FROM number_ranges WHERE name = ? FOR UPDATE');
        $read->execute([$range]);
        $last = $read->fetchColumn();
        if ($last === false) {
            throw new RuntimeException("no number range {$range}");
        }
        $write = $this->db->prepare('UPDATE number_ranges SET last = ? WHERE name = ?');
        $write->execute([(int) $last + 1, $range]);

        return (int) $last + 1;
    }
}
