<?php

declare(strict_types=1);

namespace Lending\Http;

use Lending\Catalogue\Books;

final class SearchController extends Controller
{
    public function __construct(private readonly Books $books)
    {
    }

    public function form(Request $request): Response
    {
        return $this->page('search', ['books' => [], 'others' => []]);
    }

    public function search(Request $request): Response
    {
        $words = trim($request->query['q'] ?? '');
        session_write_close();
        $books = $this->books->find($words);
        $others = $books ? [] : $this->books->elsewhere($words);
        return $this->page('search', ['books' => $books, 'others' => $others]);
    }

    public function missing(Request $request): Response
    {
        return new Response('There is no such page.', 404);
    }
}
