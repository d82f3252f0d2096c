<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * JSON in one way everywhere. Objects are decoded to \stdClass so that `{}` and `[]` stay distinct.
 */
final class Json
{
    /**
     * @param mixed $value
     */
    public static function encode($value): string
    {
        $text = json_encode($value, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE);
        if ($text === false) {
            throw new \RuntimeException('JSON: ' . json_last_error_msg());
        }

        return $text;
    }

    /** @return mixed null for text that is not JSON */
    public static function decode(string $text)
    {
        return json_decode($text, false, 32, JSON_BIGINT_AS_STRING);
    }

    public static function payload(array $value): string
    {
        return base64_encode(self::encode($value));
    }

    /**
     * The same value with the keys of all objects sorted: two requests that mean the same give the same text.
     *
     * @param mixed $value
     *
     * @return mixed
     */
    public static function canonical($value)
    {
        if ($value instanceof \stdClass) {
            $fields = (array) $value;
            ksort($fields, SORT_STRING);

            return (object) array_map([self::class, 'canonical'], $fields);
        }

        return is_array($value) ? array_map([self::class, 'canonical'], $value) : $value;
    }

    /**
     * Objects become arrays, all the way down.
     *
     * @param mixed $value
     *
     * @return mixed
     */
    public static function arrays($value)
    {
        if ($value instanceof \stdClass) {
            $value = (array) $value;
        }

        return is_array($value) ? array_map([self::class, 'arrays'], $value) : $value;
    }
}
