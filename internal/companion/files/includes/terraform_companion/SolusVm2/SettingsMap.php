<?php

declare(strict_types=1);

namespace TerraformCompanion\SolusVm2;

use TerraformCompanion\Config;
use TerraformCompanion\Field\AddonSettings;
use TerraformCompanion\Modules;

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
     * The page that post-pay customers begin at, below the SystemURL (documented for addon modules; that this is the
     * page is assumed).
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

    /** @return string[] what is wrong with the entry solusvm2 of companion.local.php */
    public static function faults(array $entry): array
    {
        $faults = [];
        foreach ($entry as $name => $value) {
            if ($name === 'addon') {
                $fits = is_string($value) && Modules::isName($value);
            } elseif ($name === 'ca_file') {
                $fits = is_string($value) && $value !== '' && $value[0] === '/';
            } elseif ($name === 'landing_page_path') {
                $fits = is_string($value) && preg_match('#^[A-Za-z0-9][A-Za-z0-9._/?=&{}-]*$#D', $value) === 1;
            } else {
                $fits = $name === 'places' && is_array($value);
            }
            if (!$fits) {
                $faults[] = $name . ' is not an entry of solusvm2, or not of its form';
            }
        }
        foreach (isset($entry['places']) && is_array($entry['places']) ? $entry['places'] : [] as $field => $location) {
            if (!isset(self::LOCATIONS[$field])) {
                $faults[] = 'places names the field ' . $field . ', which does not exist; there are: ' . implode(
                    ', ',
                    array_keys(self::LOCATIONS)
                );
            } elseif (!is_array($location) || !self::isLocation($field, $location)) {
                $faults[] = 'places.' . $field . ' is not the description of a place';
            }
        }

        return $faults;
    }

    private static function isLocation(string $field, array $location): bool
    {
        $prices = $field === 'token_prices';
        $needed = [
            'addon_setting' => ['name'],
            'table' => $prices
                ? ['table', 'currency_column', 'value_column']
                : ['table', 'key_column', 'key', 'value_column'],
        ];
        $store = isset($location['store']) && is_string($location['store']) ? $location['store'] : '';
        if (!isset($needed[$store])) {
            return false;
        }
        $known = array_merge(['store'], $needed[$store], $prices ? [] : ['as']);
        if (array_diff(array_keys($location), $known) || array_diff($needed[$store], array_keys($location))) {
            return false;
        }
        foreach ($needed[$store] as $name) {
            $form = $name === 'name' || $name === 'key' ? self::SETTING : self::NAME;
            if (!is_string($location[$name]) || !preg_match($form, $location[$name])) {
                return false;
            }
        }
        if ($prices && $store === 'addon_setting' && !preg_match('/\{currency_(id|code)\}/', $location['name'])) {
            return false;
        }
        if (isset($location['name']) && in_array($location['name'], AddonSettings::RESERVED, true)) {
            return false;
        }
        if (isset($location['table']) && strpos($location['table'], 'mod_terraform_') === 0) {
            return false;
        }

        return !array_key_exists('as', $location) || in_array($location['as'], self::FORMS[$field], true);
    }
}
