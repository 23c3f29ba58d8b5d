<?php

declare(strict_types=1);

namespace Lending\Http;

use Lending\Loans\Loans;
use Lending\Support\Config;

final class LoanController extends Controller
{
    public function __construct(private readonly Loans $loans, private readonly Config $config)
    {
    }

    public function renew(Request $request): Response
    {
        if ($this->isForged($request)) {
            return new Response('Please load the page again.', 403);
        }
        $this->loans->renew((int) $request->form['loan'], $this->member());
        return $this->list($request);
    }

    public function list(Request $request): Response
    {
        return $this->page('loans', ['loans' => $this->loans->of($this->member())]);
    }

    public function past(Request $request): Response
    {
        return $this->page('past', ['loans' => $this->loans->past($this->member())]);
    }
}
