<?php

declare(strict_types=1);

/** Writes the labels for the backs of books, as HTML: php bin/labels.php FROM TO */

require __DIR__ . '/../vendor/autoload.php';

use Lending\Support\Html;

$database = new PDO(getenv('LENDING_DSN') ?: 'sqlite::memory:');
$labels = $database->prepare('SELECT isbn, title FROM books WHERE id BETWEEN ? AND ?');
$labels->execute([$argv[1], $argv[2]]);
foreach ($labels->fetchAll(PDO::FETCH_NUM) as $row) {
    echo '<div>', implode('<br>', array_map([Html::class, 'text'], $row)), "</div>\n";
}
