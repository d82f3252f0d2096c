<?php

/**
 * Declares options of the names that gamehost uses, under other numbers. The editions come from its panel.
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

function gamepanel_MetaData(): array
{
    return ['DisplayName' => 'Game Panel'];
}

function gamepanel_ConfigOptions(): array
{
    $editions = explode(',', 'java');

    return [
        'location_id' => ['FriendlyName' => 'Location ID', 'Type' => 'text'],
        'egg_id' => ['FriendlyName' => 'Egg ID', 'Type' => 'text'],
        'password' => ['Type' => 'password'],
        'edition' => ['Type' => 'dropdown', 'Options' => $editions],
    ];
}
