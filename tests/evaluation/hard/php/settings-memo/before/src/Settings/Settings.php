<?php

declare(strict_types=1);

namespace App\Settings;

use PDO;

/** Settings of accounts. */
final class Settings
{
    public function __construct(private readonly PDO $db)
    {
    }

    public function get(int $account, string $name, ?string $default = null): ?string
    {
        $query = $this->db->prepare('SELECT value FROM settings WHERE account_id = ? AND name = ?');
        $query->execute([$account, $name]);
        $value = $query->fetchColumn();

        return $value === false ? $default : $value;
    }

    public function isOn(int $account, string $name): bool
    {
        return in_array($this->get($account, $name), ['1', 'on', 'yes', 'true'], true);
    }

    /** A number, or the default if the setting is absent or no number. */
    public function number(int $account, string $name, int $default): int
    {
        $value = filter_var($this->get($account, $name), FILTER_VALIDATE_INT);

        return $value === false ? $default : $value;
    }

    public function set(int $account, string $name, string $value): void
    {
        $this->db->prepare(
            'INSERT INTO settings (account_id, name, value) VALUES (?, ?, ?)
             ON CONFLICT (account_id, name) DO UPDATE SET value = excluded.value'
        )->execute([$account, $name, $value]);
    }

    public function remove(int $account, string $name): void
    {
        $this->db->prepare('DELETE FROM settings WHERE account_id = ? AND name = ?')->execute([$account, $name]);
    }

    /** Turns a setting on or off; returns what it is now. */
    public function toggle(int $account, string $name): bool
    {
        $this->set($account, $name, $this->isOn($account, $name) ? 'off' : 'on');

        return $this->isOn($account, $name);
    }
}
