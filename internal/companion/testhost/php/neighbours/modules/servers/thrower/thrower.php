<?php

/**
 * Throws while its panel does not respond. The message contains the server's password.
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

use WHMCS\Database\Capsule;

function thrower_MetaData(): array
{
    throw new RuntimeException('no metadata');
}

function thrower_ConfigOptions(array $params): array
{
    Capsule::connection()->beginTransaction();
    $server = Capsule::table('tblservers')->where('type', 'thrower')->first();
    $password = $server ? decrypt($server->password) : 'none';
    throw new RuntimeException('the panel <b>refuses</b> the password ' . $password);
}

function thrower_TestConnection(array $params): array
{
    throw new RuntimeException('cannot log on with ' . $params['serverpassword']);
}
