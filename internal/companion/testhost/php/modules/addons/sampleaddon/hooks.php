<?php

/**
 * Hooks of the sample addon: loaded where the installation's setting AddonModulesHooks names it.
 */

declare(strict_types=1);

use WHMCS\Database\Capsule;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

add_hook('ProductEdit', 5, function (array $variables): void {
    Capsule::table('mod_sampleaddon')->insert(['note' => 'product ' . $variables['pid']]);
});
