<?php

declare(strict_types=1);

namespace Desk\Search;

/** Accepts the part of the query language that saved searches may use. */
final class QueryFilter
{
    public const FIELDS = ['title', 'author', 'body', 'tag'];

    private const LONGEST = 2_000;

    /** Terms with operators between them; two terms without an operator are allowed as well. */
    private const QUERY = '/\A(?:(?:NOT\s+)?(?:[a-z]+:)?(?:"[^"\\\\]*"|[\pL\pN_.-]+)\s*(?:(?:AND|OR)\s+)?)+\z/u';

    /** Throws a BadQuery that says what is wrong. The query is returned as it is sent. */
    public function accept(string $query): string
    {
        $query = trim($query);
        if ($query === '') {
            throw new BadQuery('an empty query');
        }
        if (strlen($query) > self::LONGEST) {
            throw new BadQuery('the query is too long');
        }
        if (preg_match(self::QUERY, $query) === 0) {
            throw new BadQuery('only words, "phrases", fields, AND, OR and NOT are allowed');
        }
        // The pattern allows it, as it cannot see where the text ends.
        if (preg_match('/(?:\A|\s)(?:AND|OR|NOT)\z/', $query) === 1) {
            throw new BadQuery('an operator at the end');
        }
        $this->checkFields($query);

        return $query;
    }

    private function checkFields(string $query): void
    {
        // A colon within a phrase is text.
        $bare = (string) preg_replace('/"[^"]*"/', '""', $query);
        preg_match_all('/(\w+):/', $bare, $found);
        foreach ($found[1] as $field) {
            if (!in_array($field, self::FIELDS, true)) {
                throw new BadQuery("unknown field: {$field}");
            }
        }
    }
}
