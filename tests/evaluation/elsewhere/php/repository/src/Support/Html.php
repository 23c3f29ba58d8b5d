<?php

declare(strict_types=1);

namespace Lending\Support;

final class Html
{
    public static function text(?string $text): string
    {
        return htmlspecialchars($text ?? '', ENT_QUOTES);
    }

    /** @param array<string, mixed> $values */
    public static function page(string $template, array $values): string
    {
        extract($values);
        ob_start();
        require __DIR__ . "/../../templates/$template.phtml";
        return (string) ob_get_clean();
    }
}
