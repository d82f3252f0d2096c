<?php

/**
 * Hooks that read the form of the admin area, in three ways that were seen in public modules. One is the documented
 * hook. One is ProductEdit with the product's id from the form. One is ProductEdit with the settings from the form.
 */

declare(strict_types=1);

use WHMCS\Database\Capsule;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

add_hook('AdminProductConfigFieldsSave', 1, function (array $variables): void {
    Capsule::table('mod_formreader')->where('pid', $variables['pid'])->update([
        'quota' => isset($_REQUEST['formreader_quota']) ? (int) $_REQUEST['formreader_quota'] : 0,
    ]);
});

add_hook('ProductEdit', 1, function (array $variables): void {
    $id = isset($_REQUEST['id']) ? (int) $_REQUEST['id'] : 0;
    if (empty($_REQUEST['formreader_active'])) {
        Capsule::table('mod_formreader')->where('pid', $id)->delete();
    }
});

add_hook('ProductEdit', 2, function (array $variables): void {
    if ($variables['servertype'] !== 'formreader' || empty($_POST['packageconfigoption'])) {
        return;
    }
    Capsule::table('tblproducts')->where('id', $variables['pid'])->update([
        'configoption1' => (string) $_POST['packageconfigoption'][1],
    ]);
});

// A hook in a comment does not count: add_hook('AddonConfigSave', 1, 'formreader_save')
