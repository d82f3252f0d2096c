<?php

/**
 * A sample server module, as careless with output, notices and exceptions as many are. One drop-down maps values to
 * shown text.
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

function samplevps_MetaData(): array
{
    return ['DisplayName' => 'Sample VPS'];
}

function samplevps_ConfigOptions(): array
{
    set_error_handler(function (): bool {
        return false;
    });

    return [
        'Plan' => [
            'Type' => 'dropdown',
            'Options' => ['small' => 'Small', 'medium' => 'Medium', 'large' => 'Large'],
            'Default' => 'small',
        ],
        'Disk' => ['Type' => 'text', 'Size' => 5, 'Default' => '20'],
        'Backups' => ['Type' => 'yesno', 'Description' => 'Tick to include backups'],
        'Token' => ['Type' => 'password', 'Size' => 25],
    ];
}

function samplevps_TestConnection(array $params): array
{
    echo 'debug output';
    restore_error_handler();
    restore_error_handler();
    $unused = $undefined;
    if ($params['serverusername'] === '' || $params['serverpassword'] === '') {
        return ['success' => false, 'error' => 'Sample VPS needs a user name and a password'];
    }
    if ($params['serverhostname'] === 'broken.example.com') {
        throw new RuntimeException('cannot log on with ' . $params['serverpassword']);
    }

    return ['success' => true];
}
