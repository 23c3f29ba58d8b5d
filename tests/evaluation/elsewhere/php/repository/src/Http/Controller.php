<?php

declare(strict_types=1);

namespace Lending\Http;

use Lending\Support\Html;

abstract class Controller
{
    /** @param array<string, mixed> $values */
    protected function page(string $template, array $values = []): Response
    {
        return new Response(Html::page($template, $values + ['token' => $_SESSION['token'] ?? '']));
    }

    protected function isForged(Request $request): bool
    {
        return !hash_equals($_SESSION['token'] ?? '-', $request->form['token'] ?? '');
    }

    protected function member(): int
    {
        return (int) ($_SESSION['member'] ?? 0);
    }
}
