<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The kinds. A new kind is one file in Kind/ and one line here. The folder SolusVm2/ may be left out: its kinds are
 * not served then.
 */
final class Registry
{
    public const KINDS = [
        'product_group' => Kind\ProductGroup::class,
        'server' => Kind\Server::class,
        'server_group' => Kind\ServerGroup::class,
        'product' => Kind\Product::class,
        'product_addon' => Kind\ProductAddon::class,
        'configurable_option_group' => Kind\ConfigurableOptionGroup::class,
        'addon_module' => Kind\AddonModule::class,
        'solusvm2_billing' => SolusVm2\BillingKind::class,
        'landing_page' => SolusVm2\LandingPageKind::class,
        'currency' => Kind\Currency::class,
        'email_template' => Kind\EmailTemplate::class,
        'admin_role' => Kind\AdminRole::class,
        'module' => Kind\Module::class,
    ];

    private $context;

    private $made = [];

    public function __construct(Context $context)
    {
        $this->context = $context;
    }

    /** @return Kind\Kind */
    public function get(string $name): Kind\Kind
    {
        if (!isset(self::KINDS[$name])) {
            throw Failure::unsupported('kind', sprintf('This companion does not know the kind "%s"', $name));
        }
        if (!self::isInstalled($name)) {
            throw Failure::unsupported(
                'kind',
                sprintf('This companion is installed without the folder SolusVm2, which the kind "%s" needs', $name)
            );
        }
        if (!isset($this->made[$name])) {
            $class = self::KINDS[$name];
            $this->made[$name] = new $class($this->context);
        }

        return $this->made[$name];
    }

    /** Whether the file of a kind's class is there. */
    public static function isInstalled(string $name): bool
    {
        return class_exists(self::KINDS[$name]);
    }

    /** @return Kind\Kind[] */
    public function all(): array
    {
        return array_map(
            [$this, 'get'],
            array_values(array_filter(array_keys(self::KINDS), [self::class, 'isInstalled']))
        );
    }

    /** Whether the ids of a kind are names. Other ids are digits. */
    public static function hasNames(string $name): bool
    {
        return isset(self::KINDS[$name]) && is_subclass_of(self::KINDS[$name], Kind\NamedKind::class);
    }

    /** Whether there is one object of a kind, whose id is 1. */
    public static function isSingle(string $name): bool
    {
        return self::isInstalled($name) && is_subclass_of(self::KINDS[$name], SolusVm2\SingleKind::class);
    }

    /** @return string[] the tables that kinds keep their objects in */
    public function tables(): array
    {
        $tables = [];
        foreach ($this->all() as $kind) {
            $tables = array_merge($tables, $kind->tables());
        }

        return array_values(array_filter($tables, 'strlen'));
    }

    /** @return string[] the kinds that the operator allows and that are installed */
    public function served(): array
    {
        $installed = array_filter(array_keys(self::KINDS), [self::class, 'isInstalled']);

        return array_values(array_filter($installed, [$this->context->config(), 'servesKind']));
    }
}
