<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Exact decimals as text: no floats, no extension needed.
 */
final class Decimal
{
    /**
     * @param mixed $value
     */
    public static function isText($value): bool
    {
        return is_string($value) && preg_match('/^-?[0-9]{1,14}(\.[0-9]{1,8})?$/D', $value) === 1;
    }

    /** The shortest text of the same number. */
    public static function normal(string $text): string
    {
        $negative = $text !== '' && $text[0] === '-';
        $parts = explode('.', ltrim($text, '-'), 2);
        $whole = ltrim($parts[0], '0');
        $fraction = isset($parts[1]) ? rtrim($parts[1], '0') : '';
        $number = ($whole === '' ? '0' : $whole) . ($fraction === '' ? '' : '.' . $fraction);

        return $negative && $number !== '0' ? '-' . $number : $number;
    }

    public static function equal($a, $b): bool
    {
        return is_scalar($a) && is_scalar($b) && self::normal((string) $a) === self::normal((string) $b);
    }

    /** @return int below 0, 0 or above 0, as `<=>` of two numbers that are not negative */
    public static function compare(string $a, string $b): int
    {
        $scale = max(self::places($a), self::places($b));
        $digits = max(self::wholeDigits($a), self::wholeDigits($b)) + $scale + 1;

        return strcmp(
            str_pad(self::format($a, $scale), $digits, '0', STR_PAD_LEFT),
            str_pad(self::format($b, $scale), $digits, '0', STR_PAD_LEFT)
        );
    }

    /** The product of a number that is not negative and a factor from 0 to 2^32. */
    public static function times(string $text, int $factor): string
    {
        $scale = self::places($text);
        $digits = str_replace('.', '', self::format($text, $scale));
        $product = '';
        $carry = 0;
        for ($at = strlen($digits) - 1; $at >= 0; $at--) {
            $carry += (int) $digits[$at] * $factor;
            $product = $carry % 10 . $product;
            $carry = intdiv($carry, 10);
        }
        $product = str_pad($carry . $product, $scale + 1, '0', STR_PAD_LEFT);

        return self::normal($scale === 0 ? $product : substr_replace($product, '.', -$scale, 0));
    }

    public static function isNegative(string $text): bool
    {
        return self::normal($text)[0] === '-';
    }

    /** Decimal places that carry something. */
    public static function places(string $text): int
    {
        $parts = explode('.', self::normal($text), 2);

        return isset($parts[1]) ? strlen($parts[1]) : 0;
    }

    public static function wholeDigits(string $text): int
    {
        return strlen(ltrim(explode('.', self::normal($text), 2)[0], '-'));
    }

    /** The number with exactly this many decimal places. It must not have more non-zero places. */
    public static function format(string $text, int $scale): string
    {
        $parts = explode('.', self::normal($text), 2);
        $fraction = isset($parts[1]) ? $parts[1] : '';

        return $parts[0] . ($scale > 0 ? '.' . str_pad(substr($fraction, 0, $scale), $scale, '0') : '');
    }

    /**
     * Returns why a text is not a price of this scale, or null.
     *
     * @param mixed $value
     */
    public static function problem($value, int $scale, ?int $precision, bool $negativeAllowed): ?string
    {
        if (!self::isText($value)) {
            return 'must be a decimal number as text, such as "10.00"';
        }
        if (self::places($value) > $scale) {
            return 'must have at most ' . $scale . ' decimal places';
        }
        if ($precision !== null && self::wholeDigits($value) > $precision - $scale) {
            return 'is too large for the column';
        }
        if (!$negativeAllowed && self::isNegative($value)) {
            return 'must not be negative';
        }

        return null;
    }
}
