<?php

declare(strict_types=1);

require __DIR__ . '/../vendor/autoload.php';

$database = new PDO(getenv('LENDING_DSN') ?: 'sqlite::memory:');
$rows = $database->query("SELECT members.mail FROM loans JOIN members ON members.id = loans.member
    WHERE due_on = date('now', '+2 days') AND returned_on IS NULL");
foreach ($rows as ['mail' => $mail]) {
    mail($mail, 'Your books', 'Please bring them back or renew them.');
}
