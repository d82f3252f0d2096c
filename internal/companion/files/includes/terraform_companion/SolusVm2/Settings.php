<?php

declare(strict_types=1);

namespace TerraformCompanion\SolusVm2;

use TerraformCompanion\Context;
use TerraformCompanion\Decimal;
use TerraformCompanion\Price;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The settings of the live addon, read and written through the map.
 */
final class Settings
{
    public const PRICE_DECIMALS = 4;

    private $context;

    private $addon;

    public function __construct(Context $context)
    {
        $this->context = $context;
    }

    /** @return string the addon's folder: the one that the operator names, else the first that is there */
    public function addon(): string
    {
        if ($this->addon === null) {
            $named = SettingsMap::addon($this->context->config());
            $there = array_filter(SettingsMap::ADDONS, function (string $name): bool {
                return $this->context->modules()->has($name, 'addons');
            });
            $this->addon = $named === null ? ($there ? reset($there) : SettingsMap::ADDONS[0]) : $named;
        }

        return $this->addon;
    }

    public function isActive(): bool
    {
        return $this->context->addons()->isActive($this->addon());
    }

    /** Where the panel calls this addon (documented as its callback endpoint). */
    public function integrationUrl(): string
    {
        return rtrim($this->context->installation()->systemUrl(), '/') . '/modules/addons/' . $this->addon() . '/api/';
    }

    /** Runs the addon's declaration, which is code of the addon. */
    public function ask(): void
    {
        if ($this->context->modules()->has($this->addon(), 'addons')) {
            $this->context->addons()->declared($this->addon());
        }
    }

    /** @return bool|null see Location */
    public function has(string $field): ?bool
    {
        if (!$this->isActive()) {
            return false;
        }
        if ($field === 'token_prices') {
            return $this->hasPrices();
        }
        $location = $this->location($field);
        $exists = $location->exists();
        if (!$exists) {
            return $exists;
        }

        return $this->fits($field, $location);
    }

    /**
     * Whether at least one currency has a location for its price, null if that is not known. A stored text that is not
     * a price shows that the location is wrong.
     */
    private function hasPrices(): ?bool
    {
        $found = [];
        foreach ($this->prices() as $location) {
            $exists = $location->exists();
            $stored = $exists === false ? null : (string) $location->stored();
            if ($location->isAmbiguous() || ($stored !== null && $stored !== '' && !Decimal::isText($stored))) {
                return false;
            }
            $found[] = $exists;
        }

        return in_array(true, $found, true) ? true : (in_array(null, $found, true) ? null : false);
    }

    /** Whether what the place holds is of the form that the map says. */
    private function fits(string $field, Location $location): bool
    {
        $stored = (string) $location->stored();
        $form = SettingsMap::locations($this->context->config())[$field]['as'];

        // If the stored text does not decrypt, it is not a secret.
        return ValueForm::fits($form, $stored) && ($form !== 'secret' || $stored === '' || $this->value($field) !== '');
    }

    /** @return mixed the field's value. If nothing is stored, the empty value of its type. */
    public function value(string $field)
    {
        $form = SettingsMap::locations($this->context->config())[$field]['as'];

        return ValueForm::decode($form, (string) $this->location($field)->stored(), $this->context->secrets());
    }

    /** @return string[] prices of one token by currency code. Text that is not a decimal number is left out. */
    public function tokenPrices(): array
    {
        $prices = [];
        foreach ($this->prices() as $code => $location) {
            $stored = $location->stored();
            if (Decimal::isText($stored)) {
                $prices[$code] = Decimal::places($stored) > self::PRICE_DECIMALS
                    ? Decimal::normal($stored)
                    : Decimal::format($stored, self::PRICE_DECIMALS);
            }
        }
        ksort($prices, SORT_STRING);

        return $prices;
    }

    /** Whether a value must be written although the field reads the same. */
    public function isSilent(string $field, $value): bool
    {
        $form = SettingsMap::locations($this->context->config())[$field]['as'];

        return ValueForm::isSilent($form, $this->location($field)->stored(), $value, $this->context->secrets());
    }

    /**
     * @param mixed $value
     */
    public function write(string $field, $value): void
    {
        $form = SettingsMap::locations($this->context->config())[$field]['as'];
        $this->location($field)->store(ValueForm::encode($form, $value, $this->context->secrets()));
    }

    /** Whether a setting of the addon module is the place of a field. */
    public function isPlace(string $setting): bool
    {
        return in_array($setting, $this->addonSettings(array_keys(SettingsMap::LOCATIONS)), true);
    }

    /** Whether a setting of the addon module holds the address of the panel, its key or the addon's token. */
    public function isConnection(string $setting): bool
    {
        return in_array($setting, $this->addonSettings(['url', 'api_key', 'integration_token']), true);
    }

    /** @return string[] the settings of the addon module that are places of these fields */
    public function addonSettings(array $fields): array
    {
        $names = [];
        foreach ($fields as $field) {
            $locations = $field === 'token_prices' ? $this->prices() : [$this->location($field)];
            foreach ($locations as $location) {
                if ($location instanceof AddonSettingLocation) {
                    $names[] = $location->name();
                }
            }
        }

        return $names;
    }

    /**
     * The prices of tokens among the settings of an addon module.
     *
     * @param string[] $settings texts by name
     *
     * @return Price[]
     */
    public function pricesOfSettings(string $module, array $settings): array
    {
        $prices = [];
        foreach ($module === $this->addon() ? $this->prices() : [] as $code => $location) {
            $name = $location instanceof AddonSettingLocation ? $location->name() : '';
            if (isset($settings[$name])) {
                $stored = $location->stored();
                $before = Decimal::isText($stored) && Decimal::normal($stored) !== '0' ? $stored : null;
                $after = Decimal::isText($settings[$name]) ? $settings[$name] : '0';
                $after = $before === null && Decimal::normal($after) === '0' ? null : $after;
                $prices[] = new Price(['addon_module', 'settings', $name], (string) $code, $before, $after);
            }
        }

        return $prices;
    }

    /** @param string[] $prices by currency code */
    public function writePrices(array $prices): void
    {
        foreach (array_intersect_key($this->prices(), $prices) as $code => $location) {
            $location->store($prices[$code]);
        }
    }

    /** @return array[] table and conditions of the rows that writes may change */
    public function storedRows(): array
    {
        $rows = [];
        $locations = array_values($this->prices());
        foreach (array_diff(array_keys(SettingsMap::LOCATIONS), ['token_prices']) as $field) {
            $locations[] = $this->location($field);
        }
        foreach ($locations as $location) {
            list($table, $where) = $location->storedRows();
            if ($this->context->schema()->hasTable($table)) {
                $rows[$table . json_encode($where)] = [$table, $where];
            }
        }

        return array_values($rows);
    }

    /** The expected place, the settings and tables of the live addon, and the entry that corrects the place. */
    public function explain(string $field): string
    {
        $addon = $this->addon();
        if (!$this->isActive()) {
            return sprintf('The addon module %s is not active in this WHMCS. Activate it first', $addon);
        }
        $location = SettingsMap::locations($this->context->config())[$field];
        $settings = array_map('strval', array_keys($this->context->addons()->stored($addon)));
        sort($settings, SORT_STRING);
        $tables = [];
        foreach ($this->context->addons()->tables($addon) as $table => $columns) {
            $tables[] = $table . ' (' . implode(', ', $columns) . ')';
        }
        if ($location['store'] === 'table') {
            $keys = $field === 'token_prices'
                ? $location['currency_column']
                : $location['key_column'] . ' ' . $location['key'];
            $sought = sprintf('%s in the table %s, column %s', $keys, $location['table'], $location['value_column']);
        } else {
            $sought = 'the setting ' . $location['name'];
        }
        $form = isset($location['as']) ? ", 'as' => '" . $location['as'] . "'" : '';
        $table = $field === 'token_prices' ? "'currency_column' => '…'" : "'key_column' => '…', 'key' => '…'";

        return sprintf(
            'The addon %s has no place for this setting. Expected: %s%s. Found settings: %s. Found tables: %s. Nothing '
                . 'was written. Add the place to companion.local.php: '
                . "'solusvm2' => ['places' => ['%s' => ['store' => 'addon_setting', 'name' => '…'%s]]], "
                . "or ['store' => 'table', 'table' => '…', %s, 'value_column' => '…'%s]",
            $addon,
            $sought,
            ', in one row, with '
                . (
                    isset($location['as']) ? 'a value of the form '
                        . $location['as'] : 'no value or a decimal number'
                ),
            $settings ? implode(', ', $settings) : 'none',
            $tables ? implode(', ', $tables) : 'none',
            $field,
            $form,
            $table,
            $form
        );
    }

    /** @return Location */
    private function location(string $field): Location
    {
        $location = SettingsMap::locations($this->context->config())[$field];
        if ($location['store'] === 'table') {
            return new TableLocation(
                $this->context,
                $location['table'],
                [$location['key_column'] => $location['key']],
                $location['value_column']
            );
        }

        return new AddonSettingLocation($this->context->addons(), $this->addon(), $location['name']);
    }

    /** @return Location[] by currency code */
    private function prices(): array
    {
        $location = SettingsMap::locations($this->context->config())['token_prices'];
        $prices = [];
        foreach ($this->context->lookups()->currencies() as $id => $code) {
            if ($location['store'] === 'table') {
                $prices[$code] = new TableLocation(
                    $this->context,
                    $location['table'],
                    [$location['currency_column'] => $id],
                    $location['value_column'],
                    true
                );
            } else {
                $name = strtr($location['name'], ['{currency_id}' => $id, '{currency_code}' => $code]);
                $prices[$code] = new AddonSettingLocation($this->context->addons(), $this->addon(), $name);
            }
        }

        return $prices;
    }
}
