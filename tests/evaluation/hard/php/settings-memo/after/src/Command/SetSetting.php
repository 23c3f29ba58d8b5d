<?php

declare(strict_types=1);

namespace App\Command;

use App\Settings\Settings;

/** settings:set ACCOUNT NAME VALUE */
final class SetSetting
{
    public function __construct(private readonly Settings $settings)
    {
    }

    /** @param list<string> $arguments */
    public function run(array $arguments): int
    {
        if (count($arguments) !== 3 || !ctype_digit($arguments[0])) {
            fwrite(STDERR, "usage: settings:set ACCOUNT NAME VALUE\n");

            return 64;
        }
        [$account, $name, $value] = $arguments;
        $old = $this->settings->get((int) $account, $name);
        $this->settings->set((int) $account, $name, $value);
        echo "{$name} = {$value}", $old === null ? '' : " (was {$old})", "\n";

        return 0;
    }
}
