<?php

declare(strict_types=1);

namespace Lending\Http;

use Lending\Catalogue\Books;
use Lending\Loans\Loans;

/** What the terminals in the hall call. */
final class TerminalController extends Controller
{
    public function __construct(private readonly Loans $loans, private readonly Books $books)
    {
    }

    public function borrow(Request $request): Response
    {
        $message = $request->json();
        return new Response(json_encode(['member' => $message['card']]));
    }
}
