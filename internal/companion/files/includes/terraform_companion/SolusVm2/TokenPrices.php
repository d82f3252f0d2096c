<?php
namespace TerraformCompanion\SolusVm2;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

use TerraformCompanion\Decimal;
use TerraformCompanion\Errors;
use TerraformCompanion\Field\Field;

/**
 * What one token costs, by currency code: decimals of at most four places.
 */
final class TokenPrices extends Field
{
    /** Digits that a price may have. */
    const DIGITS = 16;

    public function isScalar()
    {
        return false;
    }

    public function check($value, $path, Errors $errors)
    {
        if (!$value instanceof \stdClass) {
            $errors->invalid($path, 'must be an object of prices by currency code');

            return [];
        }
        $prices = [];
        foreach ((array) $value as $code => $price) {
            $code = (string) $code;
            if ($price === null) {
                continue;
            }
            $problem = in_array($code, $this->context->lookups()->currencies(), true) ? null : 'is not a currency of this WHMCS';
            $problem = $problem === null ? Decimal::problem($price, Settings::PRICE_DECIMALS, self::DIGITS, false) : $problem;
            if ($problem !== null) {
                $errors->invalid("$path.$code", $problem);
            } else {
                $prices[$code] = Decimal::format($price, Settings::PRICE_DECIMALS);
            }
        }

        return $prices;
    }

    public function read(array $row, $related)
    {
        return $row[$this->name];
    }

    public function save($id, $value, array $effective)
    {
        $this->context->solusVm2()->writePrices($value);
    }

    public function expectable($json, $path, Errors $errors)
    {
        foreach ($json instanceof \stdClass ? (array) $json : [] as $code => $price) {
            if (is_int($price) || is_float($price)) {
                $errors->invalid("$path.$code", 'must be a decimal number as text, such as "0.01"');
            }
        }
    }

    public function differences($given, $actual)
    {
        if (!is_array($given) || $actual === null) {
            return parent::differences($given, $actual);
        }
        $differences = [];
        foreach ($given as $code => $price) {
            $found = isset($actual[$code]) ? $actual[$code] : null;
            if ($price !== $found && !Decimal::equal($price, $found)) {
                $differences[] = ['field' => $this->name . '.' . $code, 'expected' => $price, 'actual' => $found];
            }
        }

        return $differences;
    }

    public function present($value)
    {
        return is_array($value) ? (object) $value : $value;
    }
}
