<?php

declare(strict_types=1);

namespace TerraformCompanion\SolusVm2;

use TerraformCompanion\Secrets;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The forms in which a place stores a value: `on` (`on` or empty), `1` (1 or 0), `text`, `integer` and `secret`. An
 * empty integer means none. A secret is encrypted by WHMCS's EncryptPassword.
 */
final class ValueForm
{
    /** The largest whole number that a field may have. */
    public const MAX = 2147483647;

    /** Whether stored text is of a form: a place that holds something else is not what the map takes it for. */
    public static function fits(string $form, string $stored): bool
    {
        switch ($form) {
            case 'on':
                return in_array($stored, ['', 'on', 'off'], true);
            case '1':
                return in_array($stored, ['', '0', '1'], true);
            case 'integer':
                return preg_match('/^[0-9]{0,10}$/D', $stored) === 1 && (int) $stored <= self::MAX;
            default:
                return true;
        }
    }

    /**
     * Whether nothing is stored, so that the addon applies a default of its own. A value that equals this default must
     * still be written.
     *
     * @param mixed $value
     */
    public static function isSilent(string $form, ?string $stored, $value, Secrets $secrets): bool
    {
        return $stored === null || ($stored === '' && self::encode($form, $value, $secrets) !== '');
    }

    /** @return mixed the value of stored text */
    public static function decode(string $form, string $stored, Secrets $secrets)
    {
        switch ($form) {
            case 'on':
                return $stored === 'on';
            case '1':
                return $stored === '1';
            case 'integer':
                return (int) $stored;
            case 'secret':
                return $secrets->decrypt($stored);
            default:
                return $stored;
        }
    }

    /**
     * @param mixed $value
     *
     * @return string
     */
    public static function encode(string $form, $value, Secrets $secrets): string
    {
        switch ($form) {
            case 'on':
                return $value ? 'on' : '';
            case '1':
                return $value ? '1' : '0';
            case 'secret':
                return $secrets->encrypt($value);
            default:
                return (string) $value;
        }
    }
}
