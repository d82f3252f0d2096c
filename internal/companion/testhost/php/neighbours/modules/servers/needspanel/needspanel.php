<?php

/**
 * Fails as long as WHMCS has no server of it.
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

use WHMCS\Database\Capsule;

function needspanel_ConfigOptions(): array
{
    if (Capsule::table('tblservers')->where('type', 'needspanel')->count() === 0) {
        throw new RuntimeException('WHMCS has no server of the panel');
    }

    return ['Plan' => ['Type' => 'text']];
}
