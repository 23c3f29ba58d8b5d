<?php

return [
    'GET /' => ['SearchController', 'form'],
    'GET /search' => ['SearchController', 'search'],
    'GET /loans' => ['LoanController', 'list'],
    'GET /loans/past' => ['LoanController', 'past'],
    'POST /loans/renew' => ['LoanController', 'renew'],
    'POST /terminal/borrow' => ['TerminalController', 'borrow'],
];
