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
        [$account, $name, $value] = $arguments;
        $this->settings->set((int) $account, $name, $value);
        echo "{$name} = {$value}\n";

        return 0;
    }
}
