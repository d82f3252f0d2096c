<?php

declare(strict_types=1);

namespace TerraformCompanion\Kind;

use TerraformCompanion\Config;
use TerraformCompanion\Field\Boolean;
use TerraformCompanion\Field\Choice;
use TerraformCompanion\Field\Composite;
use TerraformCompanion\Field\EmailTemplateName;
use TerraformCompanion\Field\IdSet;
use TerraformCompanion\Field\ModuleName;
use TerraformCompanion\Field\ModuleOptionFingerprints;
use TerraformCompanion\Field\ModuleOptions;
use TerraformCompanion\Field\Money;
use TerraformCompanion\Field\OnDemandRenewal;
use TerraformCompanion\Field\Overages;
use TerraformCompanion\Field\Parts;
use TerraformCompanion\Field\Pricing;
use TerraformCompanion\Field\ProductSlug;
use TerraformCompanion\Field\TopLinkOptions;
use TerraformCompanion\FieldTable;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The fields of a product: those of the field table, and those with code of their own.
 */
final class ProductFields
{
    private const AFFILIATE = ['default' => '', 'percentage' => 'percentage', 'fixed' => 'fixed', 'none' => 'none'];

    public static function all(Config $config): array
    {
        $recommendations = $config->recommendations();
        $options = new ModuleOptions('module_options');

        $classes = [
            'slug' => ProductSlug::class,
            'termination_email' => EmailTemplateName::class,
            'welcome_email' => EmailTemplateName::class,
            'upgrade_email' => EmailTemplateName::class,
            'module' => ModuleName::class,
        ];

        return array_merge(FieldTable::fields('product', $classes), [
            new Pricing('pricing'),
            $options,
            new ModuleOptionFingerprints('module_option_fingerprints', $options),
            new TopLinkOptions('toplink_dcim'),
            new Overages('overages'),
            new Composite('affiliate', [
                new Boolean('one_time', ['column' => 'affiliateonetime']),
                new Choice('pay_type', ['column' => 'affiliatepaytype', 'choices' => self::AFFILIATE]),
                new Money('pay_amount', ['column' => 'affiliatepayamount']),
            ]),
            new IdSet('recommended_product_ids', [
                'table' => $recommendations['table'],
                'own' => $recommendations['product'],
                'other' => $recommendations['recommended'],
                'order' => $recommendations['order'],
                'target' => 'tblproducts',
            ]),
            new IdSet('upgrade_product_ids', [
                'table' => Product::UPGRADES,
                'own' => 'product_id',
                'other' => 'upgrade_product_id',
                'target' => 'tblproducts',
            ]),
            new OnDemandRenewal('on_demand_renewal'),
            new Parts('custom_fields', ['kind' => CustomField::class]),
        ]);
    }
}
