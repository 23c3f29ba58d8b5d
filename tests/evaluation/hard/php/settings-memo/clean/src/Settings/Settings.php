<?php

declare(strict_types=1);

namespace App\Settings;

use PDO;

/** Settings of accounts, remembered for a short time. */
final class Settings
{
    private const SECONDS = 60;
    private const ACCOUNTS = 500;

    /** @var array<int, array<string, string>> by account and name, the account that was read last at the end */
    private array $remembered = [];

    /** @var array<int, float> when each account was read */
    private array $readAt = [];

    /** @var callable(): float */
    private $clock;

    /** @param (callable(): float)|null $clock seconds that only grow, not the time of day */
    public function __construct(private readonly PDO $db, ?callable $clock = null)
    {
        $this->clock = $clock ?? static fn (): float => hrtime(true) / 1e9;
    }

    public function get(int $account, string $name, ?string $default = null): ?string
    {
        // Accounts without settings are remembered as well, hence the time and not the values.
        if (!isset($this->readAt[$account]) || ($this->clock)() - $this->readAt[$account] >= self::SECONDS) {
            $this->read($account);
        }

        return $this->remembered[$account][$name] ?? $default;
    }

    private function read(int $account): void
    {
        $query = $this->db->prepare('SELECT name, value FROM settings WHERE account_id = ?');
        $query->execute([$account]);
        // Removed first, so that the account moves to the end of the array.
        unset($this->remembered[$account], $this->readAt[$account]);
        $this->remembered[$account] = $query->fetchAll(PDO::FETCH_KEY_PAIR);
        $this->readAt[$account] = ($this->clock)();
        if (count($this->remembered) > self::ACCOUNTS) {
            $oldest = array_key_first($this->remembered);
            unset($this->remembered[$oldest], $this->readAt[$oldest]);
        }
    }

    /**
     * All settings of an account whose names begin with the prefix, without the prefix.
     *
     * @return array<int|string, string>
     */
    public function under(int $account, string $prefix): array
    {
        $this->get($account, '');
        $found = [];
        foreach ($this->remembered[$account] as $name => $value) {
            // A name of digits is an integer as a key of an array.
            $name = (string) $name;
            if (str_starts_with($name, $prefix)) {
                $found[substr($name, strlen($prefix))] = $value;
            }
        }

        return $found;
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
        unset($this->remembered[$account], $this->readAt[$account]);
    }

    public function remove(int $account, string $name): void
    {
        $this->db->prepare('DELETE FROM settings WHERE account_id = ? AND name = ?')->execute([$account, $name]);
        unset($this->remembered[$account], $this->readAt[$account]);
    }

    /** Turns a setting on or off; returns what it is now. */
    public function toggle(int $account, string $name): bool
    {
        $this->set($account, $name, $this->isOn($account, $name) ? 'off' : 'on');

        return $this->isOn($account, $name);
    }
}
