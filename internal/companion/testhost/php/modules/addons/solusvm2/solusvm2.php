<?php

/**
 * A fake of the SolusVM 2 addon, which is closed source. Folder and activation are known. Its places are those of the
 * companion's map, or tables of its own in an installation with this setting. The terms, a number of days and a switch
 * are declared fields that are not saved yet.
 */

declare(strict_types=1);

use TestHost\Host;
use WHMCS\Database\Capsule;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

function solusvm2_config(): array
{
    $fields = [
        'post_pay_terms_url' => ['FriendlyName' => 'Terms', 'Type' => 'text', 'Size' => '60'],
        'post_pay_reminder_days' => ['FriendlyName' => 'Days', 'Type' => 'text', 'Size' => '5', 'Default' => '14'],
        'post_pay_switch' => ['FriendlyName' => 'Switch', 'Type' => 'text', 'Size' => '5', 'Default' => '1'],
    ];

    return [
        'name' => 'SolusVM 2',
        'description' => 'Post-pay billing',
        'version' => '1.4',
        'author' => 'Test host',
        'fields' => Host::current()->setting('solusvm2_elsewhere') ? [] : $fields,
    ];
}

function solusvm2_activate(): array
{
    $token = encrypt(bin2hex(random_bytes(16)));
    if (Host::current()->setting('solusvm2_elsewhere')) {
        Capsule::schema()->create('mod_solusvm2_settings', function (object $table): void {
            $table->increments('id');
            $table->string('setting', 64);
            $table->text('value');
        });
        Capsule::schema()->create('mod_solusvm2_prices', function (object $table): void {
            $table->integer('currency');
            $table->decimal('price', 14, 4);
        });
        $texts = [
            'panel' => '',
            'panel_key' => '',
            'token' => $token,
            'enabled' => '0',
            'limit_group' => '',
            'terms' => '',
            'grace' => '0',
            'lock' => '7',
            'suspend' => '14',
        ];
        foreach ($texts as $setting => $value) {
            Capsule::table('mod_solusvm2_settings')->insert(['setting' => $setting, 'value' => $value]);
        }

        return ['status' => 'success', 'description' => 'SolusVM 2 is ready'];
    }
    $texts = [
        'url' => '', 'api_key' => '', 'integration_token' => $token, 'post_pay_enabled' => '',
        'post_pay_limit_group_id' => '',
        'post_pay_invoice_grace_days' => '0', 'post_pay_lock_overdue_days' => '7',
        'post_pay_suspend_overdue_days' => '14', 'token_price_1' => '',
    ];
    foreach ($texts as $setting => $value) {
        Capsule::table('tbladdonmodules')->insert(['module' => 'solusvm2', 'setting' => $setting, 'value' => $value]);
    }

    return ['status' => 'success', 'description' => 'SolusVM 2 is ready'];
}

function solusvm2_deactivate(): array
{
    Capsule::table('tbladdonmodules')->where('module', 'solusvm2')->delete();
    Capsule::schema()->dropIfExists('mod_solusvm2_settings');
    Capsule::schema()->dropIfExists('mod_solusvm2_prices');

    return ['status' => 'success', 'description' => 'SolusVM 2 is gone'];
}
