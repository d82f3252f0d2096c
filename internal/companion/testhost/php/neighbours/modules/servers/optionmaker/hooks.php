<?php

/**
 * ProductEdit decides by the variables `servertype` and `configoption1` whether to make a custom field and a group of
 * configurable options. ProductDelete looks its product up. Both are seen in public modules.
 */

declare(strict_types=1);

use WHMCS\Database\Capsule;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

add_hook('ProductEdit', 1, function (array $variables): void {
    if ($variables['servertype'] !== 'optionmaker' || $variables['configoption1'] === '') {
        return;
    }
    $field = ['type' => 'product', 'relid' => $variables['pid'], 'fieldname' => 'node_id|Node'];
    if (!Capsule::table('tblcustomfields')->where($field)->count()) {
        Capsule::table('tblcustomfields')->insert($field + [
            'fieldtype' => 'text', 'description' => '', 'fieldoptions' => '', 'regexpr' => '', 'adminonly' => 'on',
            'required' => '', 'showorder' => '', 'showinvoice' => '',
        ]);
    }
    if (Capsule::table('tblproductconfiglinks')->where('pid', $variables['pid'])->count()) {
        return;
    }
    $group = Capsule::table('tblproductconfiggroups')->insertGetId([
        'name' => sprintf('Option Maker #%d %s', $variables['pid'], $variables['name']),
        'description' => '',
    ]);
    Capsule::table('tblproductconfiglinks')->insert(['gid' => $group, 'pid' => $variables['pid']]);
    $option = Capsule::table('tblproductconfigoptions')->insertGetId([
        'gid' => $group, 'optionname' => 'location|Location', 'optiontype' => '1',
    ]);
    $choice = Capsule::table('tblproductconfigoptionssub')->insertGetId([
        'configid' => $option, 'optionname' => 'fra|Frankfurt',
    ]);
    $free = ['type' => 'configoptions', 'relid' => $choice];
    foreach (['monthly', 'quarterly', 'semiannually', 'annually', 'biennially', 'triennially'] as $cycle) {
        $free[$cycle] = 0;
        $free[$cycle[0] . 'setupfee'] = 0;
    }
    foreach (Capsule::table('tblcurrencies')->pluck('id') as $currency) {
        Capsule::table('tblpricing')->insert($free + ['currency' => $currency]);
    }
});

add_hook('ProductDelete', 1, function (array $variables): void {
    $product = Capsule::table('tblproducts')->where('id', $variables['pid'])->first();
    if (!$product) {
        throw new \RuntimeException('product ' . $variables['pid'] . ' is gone already');
    }
    logActivity('Option Maker says goodbye to ' . $product->name);
});
