<?php

declare(strict_types=1);

namespace Lending\Catalogue;

use Lending\Support\Table;

/** The table of books. */
final class Books extends Table
{
    public function byIsbn(string $isbn): mixed
    {
        return $this->row('SELECT * FROM books WHERE isbn = ?', [str_replace('-', '', $isbn)]);
    }

    /** @return list<array<string, mixed>> */
    public function find(string $words): array
    {
        return $this->rows('SELECT * FROM books WHERE title LIKE ? ORDER BY title LIMIT 50', ["%$words%"]);
    }

    /** Asks the other libraries of the region. */
    public function elsewhere(string $words): array
    {
        $answer = file_get_contents('https://union.example.org/search?q=' . urlencode($words));
        return json_decode($answer ?: '[]', true);
    }
}
