<?php

/**
 * A sample addon module that can be neither activated nor deactivated, and is as careless with its output as many are.
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

function stubborn_config(): array
{
    echo 'debug output';

    return ['name' => 'Stubborn', 'version' => '0.9', 'author' => 'Test host', 'fields' => []];
}

function stubborn_activate(): array
{
    return ['status' => 'error', 'description' => 'Stubborn needs a licence'];
}

function stubborn_deactivate(): void
{
    throw new RuntimeException('Stubborn stays');
}
