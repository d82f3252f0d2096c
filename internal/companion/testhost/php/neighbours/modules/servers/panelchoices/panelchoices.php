<?php

/**
 * Fills its drop-downs from its panel, for the product of the admin page (seen). It makes fields when the page is
 * saved (seen).
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

use WHMCS\Database\Capsule;

function panelchoices_ConfigOptions(array $params = []): array
{
    if (isset($_REQUEST['action'], $_POST['id']) && $_REQUEST['action'] === 'save') {
        Capsule::table('tblcustomfields')->insert(['type' => 'product', 'relid' => (int) $_POST['id']]);
    }
    logActivity('panelchoices was called with ' . json_encode([$_GET, $_POST, $_REQUEST]));
    $group = isset($_REQUEST['servergroup']) ? (int) $_REQUEST['servergroup'] : 0;
    if (isset($_REQUEST['id'])) {
        $row = Capsule::table('tblproducts')->where('id', (int) $_REQUEST['id'])->first();
        logActivity('panelchoices knows the product ' . $row->name);
    }
    $plans = $group > 0 ? ['plan' . $group => 'Plan of group ' . $group, 'spare' => 'Spare'] : [];

    return [
        'Plan' => ['Type' => 'dropdown', 'Options' => $plans],
        'Node' => ['Type' => 'dropdown', 'Options' => ['']],
        'Region' => ['Type' => 'radio', 'Options' => ''],
        'Billing' => ['Type' => 'dropdown', 'Options' => ['0|Disabled,1|Hourly']],
        'Image' => [
            'Type' => 'dropdown',
            'Options' => ['a' => 'A'],
            'SimpleMode' => true,
            'Loader' => function (array $params): array {
                throw new RuntimeException('the panel is not reached');
            },
        ],
        'Zone' => ['Type' => 'dropdown', 'Options' => new ArrayIterator(['eu' => 'Europe', 'us' => 'America'])],
    ];
}
