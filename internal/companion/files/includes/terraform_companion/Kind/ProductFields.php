<?php

declare(strict_types=1);

namespace TerraformCompanion\Kind;

use TerraformCompanion\Config;
use TerraformCompanion\Field\Boolean;
use TerraformCompanion\Field\Choice;
use TerraformCompanion\Field\Composite;
use TerraformCompanion\Field\EmailTemplateName;
use TerraformCompanion\Field\IdSet;
use TerraformCompanion\Field\Integer;
use TerraformCompanion\Field\ModuleName;
use TerraformCompanion\Field\ModuleOptionFingerprints;
use TerraformCompanion\Field\ModuleOptions;
use TerraformCompanion\Field\Money;
use TerraformCompanion\Field\OnDemandRenewal;
use TerraformCompanion\Field\Overages;
use TerraformCompanion\Field\Parts;
use TerraformCompanion\Field\Pricing;
use TerraformCompanion\Field\ProductSlug;
use TerraformCompanion\Field\Reference;
use TerraformCompanion\Field\Text;
use TerraformCompanion\Field\TextList;
use TerraformCompanion\Field\TopLinkOptions;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The table of a product's fields.
 */
final class ProductFields
{
    public const TYPES = [
        'hostingaccount' => 'hostingaccount',
        'reselleraccount' => 'reselleraccount',
        'server' => 'server',
        'other' => 'other',
    ];

    public const PAY_TYPES = ['free' => 'free', 'one_time' => 'onetime', 'recurring' => 'recurring'];

    private const AUTO_SETUP = ['on_order' => 'order', 'on_payment' => 'payment', 'on_accept' => 'on', 'never' => ''];

    private const QUANTITIES = ['no' => 0, 'separate_services' => 1, 'combined' => 3];

    private const FREE_DOMAIN = ['no' => '', 'while_active' => 'on', 'once' => 'once'];

    private const AFFILIATE = ['default' => '', 'percentage' => 'percentage', 'fixed' => 'fixed', 'none' => 'none'];

    private const DOMAIN = '/^\.?[\p{L}\p{M}\p{N}.-]+$/Du';

    private const DOMAIN_HINT = 'must be domain names: letters, digits, . and -';

    public static function all(Config $config): array
    {
        $recommendations = $config->recommendations();
        $options = new ModuleOptions('module_options');

        return [
            new Reference('product_group_id', ['column' => 'gid', 'table' => 'tblproductgroups', 'required' => true]),
            new Text('name', ['column' => 'name', 'required' => true]),
            new ProductSlug('slug', [
                'pattern' => '/^[\p{L}\p{M}\p{N}._~-]+$/Du',
                'hint' => 'must consist of letters, digits and . _ ~ -',
            ]),
            new Choice('type', ['column' => 'type', 'choices' => self::TYPES, 'default' => 'server']),
            new Text('description', ['column' => 'description', 'markup' => true]),
            new Text('short_description', ['column' => 'short_description']),
            new Text('tagline', ['column' => 'tagline']),
            new Text('color', [
                'column' => 'color',
                'codec' => false,
                'pattern' => '/^(#[0-9A-Fa-f]{6})?$/D',
                'hint' => 'must be a colour such as #1a2b3c, or empty',
            ]),
            new Boolean('hidden', ['column' => 'hidden', 'default' => false]),
            new Boolean('show_domain_options', ['column' => 'showdomainoptions']),
            new Boolean('retired', ['column' => 'retired']),
            new Boolean('tax', ['column' => 'tax']),
            new Boolean('featured', ['column' => 'is_featured']),
            new Integer('order', ['column' => 'order']),
            new Choice('pay_type', ['column' => 'paytype', 'choices' => self::PAY_TYPES, 'default' => 'free']),
            new Pricing('pricing'),
            new Choice('allow_multiple_quantities', ['column' => 'allowqty', 'choices' => self::QUANTITIES]),
            new Integer('recurring_cycles_limit', ['column' => 'recurringcycles', 'max' => 999]),
            new Integer('auto_terminate_days', ['column' => 'autoterminatedays']),
            new EmailTemplateName('termination_email', ['column' => 'autoterminateemail']),
            new EmailTemplateName('welcome_email', ['column' => 'welcomeemail']),
            new EmailTemplateName('upgrade_email', ['column' => 'upgradeemail']),
            new Boolean('prorata_billing', ['column' => 'proratabilling']),
            new Integer('prorata_date', ['column' => 'proratadate', 'max' => 31]),
            new Integer('prorata_charge_next_month', ['column' => 'proratachargenextmonth', 'max' => 31]),
            new Choice('auto_setup', ['column' => 'autosetup', 'choices' => self::AUTO_SETUP, 'default' => 'never']),
            new ModuleName('module', ['column' => 'servertype']),
            new Reference(
                'server_group_id',
                ['column' => 'servergroup', 'table' => 'tblservergroups', 'nullable' => true]
            ),
            $options,
            new ModuleOptionFingerprints('module_option_fingerprints', $options),
            new TopLinkOptions('toplink_dcim'),
            new Boolean('stock_control', ['column' => 'stockcontrol']),
            new Integer('quantity', ['column' => 'qty']),
            new TextList('subdomains', [
                'column' => 'subdomain',
                'separator' => ',',
                'prefix' => '.',
                'pattern' => self::DOMAIN,
                'hint' => self::DOMAIN_HINT,
            ]),
            new Choice('free_domain', ['column' => 'freedomain', 'choices' => self::FREE_DOMAIN]),
            new TextList('free_domain_billing_cycles', [
                'column' => 'freedomainpaymentterms',
                'separator' => ',',
                'set' => true,
                'pattern' => '/^[A-Za-z_-]+$/D',
                'hint' => 'must be billing cycles: letters, - and _',
            ]),
            new TextList('free_domain_tlds', [
                'column' => 'freedomaintlds',
                'separator' => ',',
                'set' => true,
                'pattern' => self::DOMAIN,
                'hint' => self::DOMAIN_HINT,
            ]),
            new Boolean('configurable_options_upgrade', ['column' => 'configoptionsupgrade']),
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
        ];
    }
}
