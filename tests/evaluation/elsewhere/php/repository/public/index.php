<?php

declare(strict_types=1);

require __DIR__ . '/../vendor/autoload.php';

session_start();
$routes = require __DIR__ . '/../config/routes.php';
$services = require __DIR__ . '/../config/services.php';
$path = $_SERVER['REQUEST_METHOD'] . ' ' . parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
[$controller, $action] = $routes[$path] ?? ['SearchController', 'missing'];
$request = new Lending\Http\Request($_GET, $_POST, file_get_contents('php://input') ?: '');
$services[$controller]()->$action($request)->send();
