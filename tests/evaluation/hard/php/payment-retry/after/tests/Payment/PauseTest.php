<?php

declare(strict_types=1);

namespace Shop\Tests\Payment;

use PHPUnit\Framework\TestCase;
use Shop\Payment\Pause;

final class PauseTest extends TestCase
{
    public function testPausesGrowUpToTheLongest(): void
    {
        $slept = [];
        $pause = new Pause(100, 400, function (int $micros) use (&$slept): void {
            $slept[] = $micros;
        });

        foreach ([1, 2, 3, 64] as $attempt) {
            $pause->after($attempt);
        }

        self::assertGreaterThanOrEqual(50_000, $slept[0]);
        self::assertLessThanOrEqual(100_000, $slept[0]);
        self::assertLessThanOrEqual(200_000, $slept[1]);
        self::assertLessThanOrEqual(400_000, $slept[3]);
    }
}
