<?php
namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The kinds. A new kind is one file in Kind/ and one line here.
 */
final class Registry
{
    const KINDS = [
        'product_group' => Kind\ProductGroup::class,
        'server' => Kind\Server::class,
        'server_group' => Kind\ServerGroup::class,
        'product' => Kind\Product::class,
        'configurable_option_group' => Kind\ConfigurableOptionGroup::class,
        'addon_module' => Kind\AddonModule::class,
        'solusvm2_billing' => Kind\Solusvm2Billing::class,
        'landing_page' => Kind\LandingPage::class,
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
    public function get($name)
    {
        if (!isset(self::KINDS[$name])) {
            throw Failure::unsupported('kind', 'this companion knows no kind ' . $name);
        }
        if (!isset($this->made[$name])) {
            $class = self::KINDS[$name];
            $this->made[$name] = new $class($this->context);
        }

        return $this->made[$name];
    }

    /** Whether the ids of a kind are names; the others are digits. */
    public static function hasNames($name)
    {
        return isset(self::KINDS[$name]) && is_subclass_of(self::KINDS[$name], Kind\NamedKind::class);
    }

    /** @return string[] the tables that kinds keep their objects in */
    public function tables()
    {
        $tables = [];
        foreach (array_keys(self::KINDS) as $name) {
            $tables = array_merge($tables, $this->get($name)->tables());
        }

        return array_values(array_filter($tables, 'strlen'));
    }

    /** @return string[] the kinds that the operator lets this companion serve */
    public function served()
    {
        return array_values(array_filter(array_keys(self::KINDS), [$this->context->config(), 'servesKind']));
    }
}
