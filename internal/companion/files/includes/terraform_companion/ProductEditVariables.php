<?php

declare(strict_types=1);

namespace TerraformCompanion;

use TerraformCompanion\Kind\Product;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The variables of the hook point ProductEdit. Source: WHMCS developer documentation, hooks reference, Products and
 * Services, ProductEdit (documented, January 2026).
 *
 * A variable is a column of tblproducts of the same name, as it is stored. WHMCS documents some columns as bool. They
 * hold 0 or 1, but `allowqty` may hold 3 and `overagesenabled` text, so the stored value loses nothing. A column or a
 * table that this WHMCS lacks is left out.
 */
final class ProductEditVariables
{
    private const COLUMNS = [
        'type', 'gid', 'name', 'description', 'welcomeemail', 'showdomainoptions', 'stockcontrol', 'qty', 'tax',
        'is_featured', 'hidden', 'retired', 'paytype', 'allowqty', 'recurringcycles', 'autoterminatedays',
        'autoterminateemail', 'proratabilling', 'proratadate', 'proratachargenextmonth', 'servertype', 'servergroup',
        'autosetup', 'configoptionsupgrade', 'upgradeemail', 'freedomain', 'freedomainpaymentterms', 'freedomaintlds',
        'affiliatepaytype', 'affiliatepayamount', 'affiliateonetime', 'subdomain', 'overagesenabled',
        'overagesdisklimit', 'overagesbwlimit', 'overagesdiskprice', 'overagesbwprice', 'configoption1',
        'configoption2', 'configoption3', 'configoption4', 'configoption5', 'configoption6', 'configoption7',
        'configoption8', 'configoption9', 'configoption10', 'configoption11', 'configoption12', 'configoption13',
        'configoption14', 'configoption15', 'configoption16', 'configoption17', 'configoption18', 'configoption19',
        'configoption20', 'configoption21', 'configoption22', 'configoption23', 'configoption24',
    ];

    /** @param array $row the product's row of tblproducts */
    public static function of(Product $product, array $row): array
    {
        return ['pid' => (int) $row['id']] + array_intersect_key($row, array_flip(self::COLUMNS))
            + self::onDemandRenewal($product, $row);
    }

    /** The names and types are documented. WHMCS stores these settings in another table (assumed). */
    private static function onDemandRenewal(Product $product, array $row): array
    {
        $field = $product->field('on_demand_renewal');
        if (!$field->isSupported()) {
            return [];
        }
        $stored = $field->prefetch([$row]);
        $found = isset($stored[(int) $row['id']]) ? $stored[(int) $row['id']] : null;
        $variables = array_map('intval', $field->parameters($field->read($row, $found)));
        $override = 'ondemandrenewalconfigurationoverride';

        return [$override => (string) $variables[$override]] + $variables;
    }
}
