<?php

declare(strict_types=1);

namespace Desk\Tests\Search;

use Desk\Search\BadQuery;
use Desk\Search\QueryFilter;
use PHPUnit\Framework\TestCase;

final class QueryFilterTest extends TestCase
{
    /** @return iterable<string, array{string}> */
    public static function good(): iterable
    {
        yield 'a word' => ['pump'];
        yield 'words of other alphabets' => ['größe насос'];
        yield 'a field and a phrase' => ['title:pump AND "broken seal: again"'];
        yield 'operators' => ['a AND b OR NOT c'];
        yield 'a name with dots' => ['pump-2.1_x'];
    }

    /** @dataProvider good */
    public function testAccepts(string $query): void
    {
        self::assertSame($query, (new QueryFilter())->accept("  {$query} "));
    }

    /** @return iterable<string, array{string, string}> */
    public static function bad(): iterable
    {
        yield 'nothing' => [' ', 'an empty query'];
        yield 'a bracket' => ['pump (seal', 'only words, "phrases", fields, AND, OR and NOT are allowed'];
        yield 'an open phrase' => ['"pump', 'only words, "phrases", fields, AND, OR and NOT are allowed'];
        yield 'a wildcard' => ['pum*', 'only words, "phrases", fields, AND, OR and NOT are allowed'];
        yield 'an operator at the end' => ['pump AND', 'an operator at the end'];
        yield 'another field' => ['owner:ada', 'unknown field: owner'];
        yield 'a long query' => [str_repeat('a ', 1_001) . 'a', 'the query is too long'];
    }

    /** @dataProvider bad */
    public function testRejects(string $query, string $reason): void
    {
        $this->expectException(BadQuery::class);
        $this->expectExceptionMessage($reason);

        (new QueryFilter())->accept($query);
    }
}
