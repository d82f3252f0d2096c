<?php

declare(strict_types=1);

namespace TerraformCompanion\SolusVm2;

use TerraformCompanion\Decimal;
use TerraformCompanion\Errors;
use TerraformCompanion\Field\Field;
use TerraformCompanion\Field\KeyedField;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The price of one token by currency code: decimals with at most four places.
 */
final class TokenPrices extends KeyedField
{
    /** Digits that a price may have. */
    private const DIGITS = 16;

    public function check($value, string $path, Errors $errors)
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
            $problem = in_array($code, $this->context->lookups()->currencies(), true)
                ? null
                : $this->context->lookups()->unknownCurrency();
            $problem = $problem === null
                ? Decimal::problem($price, Settings::PRICE_DECIMALS, self::DIGITS, false)
                : $problem;
            if ($problem !== null) {
                $errors->invalid("$path.$code", $problem);
            } else {
                $prices[$code] = Decimal::format($price, Settings::PRICE_DECIMALS);
            }
        }

        return $prices;
    }

    public function save(string $id, $value, array $effective): void
    {
        $this->context->solusVm2()->writePrices($value);
    }

    public function expectable($json, string $path, Errors $errors): void
    {
        foreach ($json instanceof \stdClass ? (array) $json : [] as $code => $price) {
            if (is_int($price) || is_float($price)) {
                $errors->invalid("$path.$code", 'must be a decimal number as text, such as "0.01"');
            }
        }
    }

    public function differences($given, $actual): array
    {
        // Without a location for prices there is nothing to compare by key.
        return $actual === null ? Field::differences($given, $actual) : parent::differences($given, $actual);
    }

    protected function keyDifference(string $key, $item, $actual): ?array
    {
        $found = isset($actual[$key]) ? $actual[$key] : null;

        return $item === $found || Decimal::equal($item, $found) ? null : [$item, $found];
    }
}
