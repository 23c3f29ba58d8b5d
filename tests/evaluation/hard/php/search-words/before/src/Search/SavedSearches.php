<?php

declare(strict_types=1);

namespace Desk\Search;

use PDO;

/** The searches that customers saved. */
final class SavedSearches
{
    public function __construct(private readonly PDO $db)
    {
    }

    public function save(string $owner, string $query): int
    {
        $this->db->prepare('INSERT INTO searches (owner, query) VALUES (?, ?)')->execute([$owner, $query]);

        return (int) $this->db->lastInsertId();
    }

    /** @return iterable<SavedSearch> */
    public function all(): iterable
    {
        foreach ($this->db->query('SELECT id, owner, query FROM searches ORDER BY id') as $row) {
            yield new SavedSearch((int) $row['id'], $row['owner'], $row['query']);
        }
    }
}
