<?php

declare(strict_types=1);

namespace TerraformCompanion\SolusVm2;

use TerraformCompanion\Config;
use TerraformCompanion\ConfigEntries;
use TerraformCompanion\Field\AddonSettings;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Where the SolusVM 2 addon keeps its settings. The addon's storage is not documented. All locations are assumed. The
 * operator's companion.local.php may correct each of them. A location that the live addon does not have is never
 * written.
 */
final class SettingsMap
{
    /** The addon's folder, newest name first (seen). */
    public const ADDONS = ['solusvm2', 'solusio'];

    /** Rows of tbladdonmodules (names and forms are assumed). */
    public const LOCATIONS = [
        'url' => ['store' => 'addon_setting', 'name' => 'url', 'as' => 'text'],
        'api_key' => ['store' => 'addon_setting', 'name' => 'api_key', 'as' => 'secret'],
        'integration_token' => ['store' => 'addon_setting', 'name' => 'integration_token', 'as' => 'secret'],
        'post_pay_enabled' => ['store' => 'addon_setting', 'name' => 'post_pay_enabled', 'as' => 'on'],
        'new_user_limit_group_id' => [
            'store' => 'addon_setting',
            'name' => 'post_pay_limit_group_id',
            'as' => 'integer',
        ],
        'terms_url' => ['store' => 'addon_setting', 'name' => 'post_pay_terms_url', 'as' => 'text'],
        'invoice_grace_days' => [
            'store' => 'addon_setting',
            'name' => 'post_pay_invoice_grace_days',
            'as' => 'integer',
        ],
        'lock_overdue_days' => ['store' => 'addon_setting', 'name' => 'post_pay_lock_overdue_days', 'as' => 'integer'],
        'suspend_overdue_days' => [
            'store' => 'addon_setting',
            'name' => 'post_pay_suspend_overdue_days',
            'as' => 'integer',
        ],
        'token_prices' => ['store' => 'addon_setting', 'name' => 'token_price_{currency_id}'],
    ];

    /**
     * The first page of post-pay customers, below the SystemURL. The path is documented for addon modules. Assumed: it
     * is the page of post-pay.
     */
    private const LANDING_PAGE = 'index.php?m={addon}';

    /** Forms that a field's place may have. */
    private const FORMS = [
        'url' => ['text'],
        'api_key' => ['text', 'secret'],
        'integration_token' => ['text', 'secret'],
        'post_pay_enabled' => ['on', '1'],
        'new_user_limit_group_id' => ['integer'],
        'terms_url' => ['text'],
        'invoice_grace_days' => ['integer'],
        'lock_overdue_days' => ['integer'],
        'suspend_overdue_days' => ['integer'],
    ];

    private const NAME = '/^[A-Za-z0-9_]{1,64}$/D';

    /** A host as an address names it, with or without a port. */
    private const HOST = '/^([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?$/D';

    private const SETTING = '/^[A-Za-z0-9_.{}-]{1,64}$/D';

    /** @return array the places in force by field */
    public static function locations(Config $config): array
    {
        $given = self::entry($config, 'places', []);
        $locations = [];
        foreach (self::LOCATIONS as $field => $location) {
            // A configured location replaces the default location. Only `as` is inherited.
            $locations[$field] = isset($given[$field])
                ? $given[$field] + array_intersect_key($location, ['as' => true])
                : $location;
        }

        return $locations;
    }

    /** @return string|null the addon's folder as the operator names it */
    public static function addon(Config $config): ?string
    {
        return self::entry($config, 'addon', null);
    }

    /** @return string|null the file of certificates that are trusted for calls to the panel */
    public static function caFile(Config $config): ?string
    {
        return self::entry($config, 'ca_file', null);
    }

    /** Whether the operator allows calls to a panel's host without TLS. */
    public static function allowsHttp(Config $config, string $host): bool
    {
        $withoutPort = preg_replace('/:[0-9]+$/D', '', $host);

        return (bool) array_intersect(
            array_map('strtolower', [$host, $withoutPort]),
            array_map('strtolower', self::entry($config, 'http_hosts', []))
        );
    }

    public static function landingPage(Config $config): string
    {
        return self::entry($config, 'landing_page_path', self::LANDING_PAGE);
    }

    /** @return string[] the tables of the places in force */
    public static function tables(Config $config): array
    {
        $tables = [];
        foreach (self::locations($config) as $location) {
            $tables[] = $location['store'] === 'table' ? $location['table'] : 'tbladdonmodules';
        }

        return array_values(array_unique($tables));
    }

    /**
     * The value of an entry, or the default.
     *
     * @param mixed $default
     *
     * @return mixed
     */
    private static function entry(Config $config, string $name, $default)
    {
        $entries = $config->solusVm2();

        return isset($entries[$name]) ? $entries[$name] : $default;
    }

    /** Reports what is wrong with the section solusvm2 of companion.local.php. */
    public static function check(ConfigEntries $section): void
    {
        $section->optionalText('addon', null, '/^[A-Za-z0-9_-]{1,64}$/D', 'the name of a folder of modules/addons');
        $section->optionalText('ca_file', null, '#^/.#', 'the absolute path of a file');
        $section->optionalText(
            'landing_page_path',
            null,
            '#^[A-Za-z0-9][A-Za-z0-9._/?=&{}-]*$#D',
            'an address below the SystemURL, such as ' . self::LANDING_PAGE
        );
        $section->texts('http_hosts', self::HOST, 'host names, such as panel.internal, or host names with a port');
        $places = $section->section('places');
        foreach (array_keys(self::LOCATIONS) as $field) {
            if ($places->items($field) !== null) {
                self::checkLocation($field, $places->section($field));
            }
        }
        $places->close();
        $section->close();
    }

    private static function checkLocation(string $field, ConfigEntries $place): void
    {
        $prices = $field === 'token_prices';
        $store = $place->requiredText('store', '/^(addon_setting|table)$/D', 'addon_setting or table');
        if ($store === null) {
            return;
        }
        $forms = [
            'addon_setting' => ['name' => self::SETTING],
            'table' => ['table' => self::NAME] + (
                $prices
                    ? ['currency_column' => self::NAME]
                    : ['key_column' => self::NAME, 'key' => self::SETTING]
            ) + ['value_column' => self::NAME],
        ];
        $given = [];
        foreach ($forms[$store] as $name => $pattern) {
            $given[$name] = $place->requiredText($name, $pattern, 'a name of letters, digits and _');
        }
        if (!$prices) {
            $as = self::FORMS[$field];
            $place->optionalText('as', null, '/^(' . implode('|', $as) . ')$/D', implode(' or ', $as));
        }
        $place->close();
        if ($store === 'table') {
            if (preg_match('/^(mod_terraform_|tbl)/i', (string) $given['table'])) {
                // Other kinds write these tables, under safety settings of their own.
                $place->fault('table', 'must not be a table of WHMCS itself or of the companion');
            }
        } elseif (in_array($given['name'], AddonSettings::RESERVED, true)) {
            $place->fault('name', 'must not be ' . implode(' or ', AddonSettings::RESERVED));
        } elseif ($prices && !preg_match('/\{currency_(id|code)\}/', (string) $given['name'])) {
            $place->fault('name', 'must contain {currency_id} or {currency_code}');
        }
    }
}
