<?php
/**
 * Hooks of the sample addon: loaded where the installation's setting AddonModulesHooks names it.
 */
use WHMCS\Database\Capsule;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

add_hook('ProductEdit', 5, function ($variables) {
    Capsule::table('mod_sampleaddon')->insert(['note' => 'product ' . $variables['pid']]);
});
