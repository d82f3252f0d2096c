<?php

/**
 * Declares options of common names in another order than its neighbours.
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

function shifted_ConfigOptions(): array
{
    return [
        'Disk' => ['Type' => 'text'],
        'Plan' => ['Type' => 'text'],
    ];
}
