<?php

/**
 * Has capitals in its name, declares a secret as text (seen), and demands its settings in its functions (seen).
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

use WHMCS\Database\Capsule;

function TextSecrets_config(): array
{
    header('Location: addonmodules.php');

    return [
        'name' => 'Text Secrets',
        'version' => 2,
        'fields' => [
            'endpoint' => ['FriendlyName' => 'Endpoint', 'Type' => 'text', 'Default' => ['a', 'b']],
            'api_token' => ['FriendlyName' => 'Token', 'Type' => 'text'],
            'mode' => ['FriendlyName' => 'Mode', 'Type' => 'dropdown', 'Options' => []],
        ],
    ];
}

function TextSecrets_activate(array $vars): void
{
    Capsule::table('tbladdonmodules')->insert(['module' => 'TextSecrets', 'setting' => 'made_here', 'value' => 'x']);
}

function TextSecrets_deactivate(array $vars): array
{
    logActivity('TextSecrets is deactivated with the endpoint ' . $vars['endpoint'] . ' of ' . $vars['modulelink']);

    return ['status' => 'success', 'description' => ''];
}
