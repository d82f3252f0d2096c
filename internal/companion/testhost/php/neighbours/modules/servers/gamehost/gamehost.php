<?php

/**
 * Declares all of its options as literals, with names for the screen, defaults and a secret that is an ordinary text.
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

function gamehost_MetaData(): array
{
    return ['DisplayName' => 'Game Host'];
}

function gamehost_ConfigOptions(): array
{
    return [
        'memory' => ['FriendlyName' => 'Memory (MB)', 'Type' => 'text', 'Size' => 10, 'Default' => '1024'],
        'location_id' => ['FriendlyName' => 'Location ID', 'Type' => 'text'],
        'egg_id' => ['FriendlyName' => 'Egg ID', 'Type' => 'text'],
        'edition' => [
            'Type' => 'dropdown',
            'Options' => ['java' => 'Java', 'bedrock' => 'Bedrock'],
            'Default' => 'java',
        ],
        'backups' => ['Type' => 'yesno'],
        'token' => ['FriendlyName' => 'API Token', 'Type' => 'text'],
        'password' => ['Type' => 'password'],
    ];
}
