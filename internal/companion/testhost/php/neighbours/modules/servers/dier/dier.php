<?php

/**
 * Ends the request where something is missing (seen).
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

function dier_ConfigOptions(): array
{
    header('Location: configproducts.php?error=1');
    die('<p>Smarty does not exists!</p>');
}

function dier_TestConnection(array $params): array
{
    exit;
}
