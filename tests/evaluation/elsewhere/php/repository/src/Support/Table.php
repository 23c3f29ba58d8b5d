<?php

declare(strict_types=1);

namespace Lending\Support;

use PDO;

/** What the classes for tables have in common. */
abstract class Table
{
    public function __construct(protected readonly PDO $database)
    {
    }

    /** @param list<mixed> $values */
    protected function row(string $query, array $values = []): mixed
    {
        $statement = $this->database->prepare($query);
        $statement->execute($values);
        return $statement->fetch();
    }

    /** @param list<mixed> $values */
    protected function rows(string $query, array $values = []): array
    {
        $statement = $this->database->prepare($query);
        $statement->execute($values);
        return $statement->fetchAll();
    }

    /** @param list<mixed> $values */
    protected function change(string $query, array $values): void
    {
        $this->database->prepare($query)->execute($values);
    }
}
