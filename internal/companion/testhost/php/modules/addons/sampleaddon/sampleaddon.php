<?php

/**
 * A sample addon module in the documented form: it makes a table when it is activated and drops it when it is
 * deactivated. Every type of configuration field is in it once.
 */

declare(strict_types=1);

use WHMCS\Database\Capsule;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

function sampleaddon_config(): array
{
    return [
        'name' => 'Sample Addon',
        'description' => 'Keeps notes',
        'version' => '1.2',
        'author' => 'Test host',
        'fields' => [
            'endpoint' => [
                'FriendlyName' => 'Endpoint',
                'Type' => 'text',
                'Size' => '25',
                'Default' => 'https://notes.example.com',
            ],
            'apikey' => ['FriendlyName' => 'API Key', 'Type' => 'password', 'Size' => '25'],
            'verbose' => ['FriendlyName' => 'Verbose', 'Type' => 'yesno', 'Description' => 'Tick to note everything'],
            'retention' => [
                'FriendlyName' => 'Retention',
                'Type' => 'dropdown',
                'Options' => '30,60,90',
                'Default' => '60',
            ],
            'place' => ['FriendlyName' => 'Place', 'Type' => 'radio', 'Options' => 'Top,Bottom', 'Default' => 'Top'],
            'footer' => ['FriendlyName' => 'Footer', 'Type' => 'textarea', 'Rows' => '3', 'Default' => ''],
        ],
    ];
}

function sampleaddon_activate(): array
{
    if (Capsule::schema()->hasTable('mod_sampleaddon')) {
        return ['status' => 'error', 'description' => 'Unable to create mod_sampleaddon: it is there already'];
    }
    Capsule::schema()->create('mod_sampleaddon', function (object $table): void {
        $table->increments('id');
        $table->text('note');
    });

    return ['status' => 'success', 'description' => 'Sample Addon keeps notes now'];
}

function sampleaddon_deactivate(): array
{
    Capsule::schema()->dropIfExists('mod_sampleaddon');

    return ['status' => 'success', 'description' => 'Sample Addon and its notes are gone'];
}
