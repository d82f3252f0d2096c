<?php

/**
 * Hooks of somebody else's module that misbehave, for installations that ask for them.
 */

declare(strict_types=1);

use TestHost\Host;
use WHMCS\Database\Capsule;

if (Host::current()->setting('hooks') === 'throw') {
    foreach (['ServerAdd', 'ServerEdit', 'ServerDelete', 'ProductEdit', 'ProductDelete'] as $point) {
        add_hook($point, 1, function (array $variables) use ($point): void {
            throw new \RuntimeException('the hook at ' . $point . ' is broken');
        });
    }
}
if (Host::current()->setting('hooks') === 'transaction') {
    add_hook('ServerAdd', 1, function (array $variables): void {
        Capsule::connection()->beginTransaction();
        throw new \RuntimeException('the hook fails inside its transaction');
    });
}
if (Host::current()->setting('hooks') === 'ddl') {
    foreach (['ProductCreated', 'ModuleConfigurationUpdated'] as $point) {
        add_hook($point, 1, function (array $variables): void {
            Capsule::connection()->statement('CREATE TABLE IF NOT EXISTS mod_other (id INT)');
        });
    }
}
if (Host::current()->setting('hooks') === 'rewrite') {
    // One public module does this to servers (seen).
    $rewrite = function (array $variables): void {
        Capsule::table('tblservers')->where('id', $variables['serverid'])->update([
            'hostname' => 'rewritten.example.com',
            'username' => '',
        ]);
    };
    add_hook('ServerAdd', 1, $rewrite);
    add_hook('ServerEdit', 1, $rewrite);
}
