<?php

/**
 * Ends the request at its activation.
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

function quitter_config(): array
{
    return ['name' => 'Quitter', 'version' => '1', 'fields' => ['key' => ['Type' => 'text']]];
}

function quitter_activate(): array
{
    echo '<h1>Quitter needs ionCube</h1>';
    exit;
}
