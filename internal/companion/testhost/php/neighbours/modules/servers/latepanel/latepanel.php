<?php

/**
 * Declares its choices and further options only when WHMCS has a server of it.
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

use WHMCS\Database\Capsule;

function latepanel_ConfigOptions(): array
{
    if (Capsule::table('tblservers')->where('type', 'latepanel')->count() === 0) {
        return ['Plan' => ['Type' => 'dropdown', 'Options' => []]];
    }

    return ['Plan' => ['Type' => 'dropdown', 'Options' => ['R&D', 'gold']], 'Node' => ['Type' => 'text']];
}
