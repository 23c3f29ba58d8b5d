<?php

use Lending\Catalogue\Books;
use Lending\Http\LoanController;
use Lending\Http\SearchController;
use Lending\Http\TerminalController;
use Lending\Loans\Loans;
use Lending\Support\Config;

$database = new PDO(getenv('LENDING_DSN') ?: 'sqlite::memory:');
$database->setAttribute(PDO::ATTR_DEFAULT_FETCH_MODE, PDO::FETCH_ASSOC);
$config = new Config(__DIR__ . '/app.ini');

return [
    'SearchController' => fn () => new SearchController(new Books($database)),
    'LoanController' => fn () => new LoanController(new Loans($database), $config),
    'TerminalController' => fn () => new TerminalController(new Loans($database), new Books($database)),
];
