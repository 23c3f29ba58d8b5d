<?php

declare(strict_types=1);

namespace Lending\Support;

/** The settings of an INI file. */
final class Config
{
    /** @var array<string, array<string, string>> */
    private array $values;

    public function __construct(string $file)
    {
        $this->values = parse_ini_file($file, true) ?: [];
    }

    /** The value of "section.name", null if there is none. */
    public function get(string $key): ?string
    {
        [$section, $name] = explode('.', $key, 2);
        return $this->values[$section][$name] ?? null;
    }
}
