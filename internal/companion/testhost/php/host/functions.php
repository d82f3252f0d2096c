<?php

/**
 * The global functions that WHMCS gives to modules, hooks and API actions (doc).
 */

declare(strict_types=1);

use TestHost\Actions;
use TestHost\Host;
use WHMCS\Database\Capsule;

function add_hook(string $point, int $priority, callable $function): void
{
    Host::current()->addHook($point, $priority, $function);
}

function run_hook(string $point, array $variables): array
{
    return Host::current()->runHook($point, $variables);
}

function logActivity(string $text): void
{
    Capsule::table('tblactivitylog')->insert([
        'date' => date('Y-m-d H:i:s'),
        'description' => $text,
        'user' => 'Admin',
        'userid' => 0,
        'ipaddr' => $_SERVER['REMOTE_ADDR'],
    ]);
    run_hook('LogActivity', [
        'description' => $text,
        'user' => 'Admin',
        'userid' => 0,
        'ipaddress' => $_SERVER['REMOTE_ADDR'],
    ]);
}

function localAPI(string $action, array $values = [], string $admin = ''): array
{
    if (!Host::current()->setting('local_api_elsewhere')) {
        return (new Actions())->run($action, $values);
    }
    $manager = Host::current()->manager();
    $usual = $manager->getDefaultConnection();
    $manager->setDefaultConnection('local_api');
    try {
        return (new Actions())->run($action, $values);
    } finally {
        $manager->setDefaultConnection($usual);
    }
}

function encrypt(string $text): string
{
    return Host::current()->encrypt($text);
}

function decrypt(string $text): string
{
    return Host::current()->decrypt($text);
}
