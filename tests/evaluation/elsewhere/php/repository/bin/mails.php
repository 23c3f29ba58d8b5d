<?php

declare(strict_types=1);

/** Sends mails of one kind: php bin/mails.php KIND */

require __DIR__ . '/../vendor/autoload.php';

$queries = [
    'reserved' => "SELECT mail FROM members JOIN reservations USING (member) WHERE ready_on = date('now')",
];
$texts = ['reserved' => 'Your book is waiting for you.'];
$kind = $argv[1] ?? '';
$database = new PDO(getenv('LENDING_DSN') ?: 'sqlite::memory:');
foreach ($database->query($queries[$kind]) as ['mail' => $mail]) {
    mail($mail, 'Your books', $texts[$kind]);
}
