<?php

declare(strict_types=1);

namespace App\Tests\Settings;

use App\Settings\Settings;
use PDO;
use PHPUnit\Framework\TestCase;

final class SettingsTest extends TestCase
{
    public function testValuesExpireAfterAMinute(): void
    {
        $db = new PDO('sqlite::memory:');
        $db->exec('CREATE TABLE settings (account_id INT, name TEXT, value TEXT, PRIMARY KEY (account_id, name))');
        $db->exec("INSERT INTO settings VALUES (7, 'mail.from', 'a@example.org'), (7, 'mail.limit', '5')");
        $now = 100.0;
        $settings = new Settings($db, function () use (&$now): float {
            return $now;
        });

        self::assertSame('a@example.org', $settings->get(7, 'mail.from'));
        self::assertSame(['from' => 'a@example.org', 'limit' => '5'], $settings->under(7, 'mail.'));

        $db->exec("UPDATE settings SET value = '9' WHERE name = 'mail.limit'");
        self::assertSame(5, $settings->number(7, 'mail.limit', 0));
        $now += 60;
        self::assertSame(9, $settings->number(7, 'mail.limit', 0));
    }
}
