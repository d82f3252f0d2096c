<?php
namespace TerraformCompanion\PostPay;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

use TerraformCompanion\Context;
use TerraformCompanion\Decimal;

/**
 * The settings of the live addon, read and written through the map.
 */
final class Places
{
    const PRICE_PLACES = 4;

    private $context;

    private $addon;

    public function __construct(Context $context)
    {
        $this->context = $context;
    }

    /** @return string the addon's folder: the one that the operator names, else the first that is there */
    public function addon()
    {
        if ($this->addon === null) {
            $named = Map::addon($this->context->config());
            $there = array_filter(Map::ADDONS, function ($name) {
                return $this->context->modules()->has($name, 'addons');
            });
            $this->addon = $named === null ? ($there ? reset($there) : Map::ADDONS[0]) : $named;
        }

        return $this->addon;
    }

    public function isActive()
    {
        return $this->context->addons()->isActive($this->addon());
    }

    /** Where the panel calls this addon (documented as its callback endpoint). */
    public function integrationUrl()
    {
        return rtrim($this->context->installation()->systemUrl(), '/') . '/modules/addons/' . $this->addon() . '/api/';
    }

    /** Asks the addon for its declaration, which runs its code. */
    public function ask()
    {
        if ($this->context->modules()->has($this->addon(), 'addons')) {
            $this->context->addons()->declared($this->addon());
        }
    }

    /** @return bool|null see Place */
    public function has($field)
    {
        if (!$this->isActive()) {
            return false;
        }
        if ($field === 'token_prices') {
            return $this->hasPrices();
        }
        $place = $this->place($field);
        $exists = $place->exists();
        if (!$exists) {
            return $exists;
        }

        return $this->fits($field, $place);
    }

    /** One price shows that the map is right; another currency may have none yet, but anything else than a price shows that the map is wrong. */
    private function hasPrices()
    {
        $found = [];
        foreach ($this->prices() as $place) {
            $exists = $place->exists();
            $stored = $exists === false ? null : (string) $place->stored();
            if ($place->isAmbiguous() || ($stored !== null && $stored !== '' && !Decimal::isText($stored))) {
                return false;
            }
            $found[] = $exists;
        }

        return in_array(true, $found, true) ? true : (in_array(null, $found, true) ? null : false);
    }

    /** Whether what the place holds is of the form that the map says. */
    private function fits($field, Place $place)
    {
        $stored = (string) $place->stored();
        $form = Map::places($this->context->config())[$field]['as'];

        // What does not decrypt to anything was not encrypted.
        return Form::fits($form, $stored) && ($form !== 'secret' || $stored === '' || $this->value($field) !== '');
    }

    /** @return mixed the field's value; '' or none of its type where nothing is stored */
    public function value($field)
    {
        $form = Map::places($this->context->config())[$field]['as'];

        return Form::decode($form, (string) $this->place($field)->stored(), $this->context->secrets());
    }

    /** @return string[] prices of one token by currency code; what is no decimal number is no price */
    public function tokenPrices()
    {
        $prices = [];
        foreach ($this->prices() as $code => $place) {
            $stored = $place->stored();
            if (Decimal::isText($stored)) {
                $prices[$code] = Decimal::places($stored) > self::PRICE_PLACES ? Decimal::normal($stored) : Decimal::format($stored, self::PRICE_PLACES);
            }
        }
        ksort($prices, SORT_STRING);

        return $prices;
    }

    /** Whether a value is yet to be written, though it be what the field reads as. */
    public function isSilent($field, $value)
    {
        $form = Map::places($this->context->config())[$field]['as'];

        return Form::isSilent($form, $this->place($field)->stored(), $value, $this->context->secrets());
    }

    public function write($field, $value)
    {
        $form = Map::places($this->context->config())[$field]['as'];
        $this->place($field)->store(Form::encode($form, $value, $this->context->secrets()));
    }

    /** @param string[] $prices by currency code */
    public function writePrices(array $prices)
    {
        foreach (array_intersect_key($this->prices(), $prices) as $code => $place) {
            $place->store($prices[$code]);
        }
    }

    /** @return array[] table and conditions of the rows that writes may change */
    public function storedRows()
    {
        $rows = [];
        $places = array_values($this->prices());
        foreach (array_diff(array_keys(Map::PLACES), ['token_prices']) as $field) {
            $places[] = $this->place($field);
        }
        foreach ($places as $place) {
            list($table, $where) = $place->storedRows();
            if ($this->context->schema()->hasTable($table)) {
                $rows[$table . json_encode($where)] = [$table, $where];
            }
        }

        return array_values($rows);
    }

    /** What the live addon has in place of what was looked for, and the lines that correct the map. */
    public function explain($field)
    {
        $addon = $this->addon();
        if (!$this->isActive()) {
            return sprintf('the addon module %s is not active in this WHMCS: activate it first', $addon);
        }
        $place = Map::places($this->context->config())[$field];
        $settings = array_map('strval', array_keys($this->context->addons()->stored($addon)));
        sort($settings, SORT_STRING);
        $tables = [];
        foreach ($this->context->addons()->tables($addon) as $table => $columns) {
            $tables[] = $table . ' (' . implode(', ', $columns) . ')';
        }
        if ($place['store'] === 'table') {
            $keys = $field === 'token_prices' ? $place['currency_column'] : $place['key_column'] . ' ' . $place['key'];
            $sought = sprintf('%s in the table %s, column %s', $keys, $place['table'], $place['value_column']);
        } else {
            $sought = 'the setting ' . $place['name'];
        }
        $form = isset($place['as']) ? ", 'as' => '" . $place['as'] . "'" : '';
        $table = $field === 'token_prices' ? "'currency_column' => '…'" : "'key_column' => '…', 'key' => '…'";

        return sprintf(
            'the addon %s has no place for it: looked for %s%s. Found: settings %s; tables %s. Nothing was written. '
                . 'Say where it is in companion.local.php: '
                . "'solusvm2' => ['places' => ['%s' => ['store' => 'addon_setting', 'name' => '…'%s]]], "
                . "or in place of that ['store' => 'table', 'table' => '…', %s, 'value_column' => '…'%s]",
            $addon,
            $sought,
            ', in one row, with ' . (isset($place['as']) ? 'a value of the form ' . $place['as'] : 'nothing or a decimal number for a value'),
            $settings ? implode(', ', $settings) : 'none',
            $tables ? implode(', ', $tables) : 'none',
            $field,
            $form,
            $table,
            $form
        );
    }

    /** @return Place */
    private function place($field)
    {
        $place = Map::places($this->context->config())[$field];
        if ($place['store'] === 'table') {
            return new TablePlace($this->context, $place['table'], [$place['key_column'] => $place['key']], $place['value_column']);
        }

        return new SettingPlace($this->context->addons(), $this->addon(), $place['name']);
    }

    /** @return Place[] by currency code */
    private function prices()
    {
        $place = Map::places($this->context->config())['token_prices'];
        $prices = [];
        foreach ($this->context->lookups()->currencies() as $id => $code) {
            if ($place['store'] === 'table') {
                $prices[$code] = new TablePlace($this->context, $place['table'], [$place['currency_column'] => $id], $place['value_column'], true);
            } else {
                $name = strtr($place['name'], ['{currency_id}' => $id, '{currency_code}' => $code]);
                $prices[$code] = new SettingPlace($this->context->addons(), $this->addon(), $name);
            }
        }

        return $prices;
    }
}
