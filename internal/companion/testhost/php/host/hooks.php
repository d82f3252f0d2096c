<?php

/**
 * Faulty hooks of another module, for installations that request them.
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
if (Host::current()->setting('hooks') === 'quote') {
    add_hook('ProductEdit', 1, function (array $variables): void {
        throw new \RuntimeException('plan ' . $variables['configoption1'] . ' with ' . $variables['configoption4']);
    });
}
if (Host::current()->setting('hooks') === 'transaction') {
    add_hook('ServerAdd', 1, function (array $variables): void {
        Capsule::connection()->beginTransaction();
        throw new \RuntimeException('the hook fails inside its transaction');
    });
}
if (Host::current()->setting('hooks') === 'ddl') {
    // LogActivity is the one documented hook point that runs inside these actions.
    add_hook('LogActivity', 1, function (array $variables): void {
        if (preg_match('/^(Product Created|Addon Module Settings Changed)/', $variables['description'])) {
            Capsule::connection()->statement('CREATE TABLE IF NOT EXISTS mod_other (id INT)');
        }
    });
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
if (Host::current()->setting('hooks') === 'record') {
    foreach (['ServerAdd', 'ServerEdit', 'ServerDelete', 'ProductEdit', 'ProductDelete'] as $point) {
        add_hook($point, 1, function (array $variables) use ($point): void {
            // Another connection sees committed rows only.
            $other = Host::current()->anotherConnection();
            $other->exec('CREATE TABLE IF NOT EXISTS testhost_hooks (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, '
                . 'point TEXT NOT NULL, variables TEXT NOT NULL, request TEXT NOT NULL, in_transaction INT NOT NULL, '
                . 'is_stored INT NOT NULL, name TEXT NULL)');
            $isServer = strpos($point, 'Server') === 0;
            $table = $isServer ? 'tblservers' : 'tblproducts';
            $found = $other->prepare("SELECT name FROM $table WHERE id = ?");
            $found->execute([$variables[$isServer ? 'serverid' : 'pid']]);
            $name = $found->fetchColumn();
            $other->prepare('INSERT INTO testhost_hooks (point, variables, request, in_transaction, is_stored, name) '
                . 'VALUES (?, ?, ?, ?, ?, ?)')->execute([
                    $point,
                    json_encode($variables),
                    json_encode([$_GET, $_POST, $_REQUEST]),
                    (int) Capsule::connection()->selectOne('SELECT @@in_transaction AS open')->open,
                    (int) ($name !== false),
                    $name === false ? null : $name,
                ]);
        });
    }
}
