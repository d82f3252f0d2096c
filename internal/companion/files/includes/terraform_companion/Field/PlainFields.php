<?php

declare(strict_types=1);

namespace TerraformCompanion\Field;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The plain fields of the field table, kinds.php, which is generated.
 */
final class PlainFields
{
    private const CLASSES = [
        'text' => Text::class,
        'boolean' => Boolean::class,
        'integer' => Integer::class,
        'decimal' => Money::class,
        'choice' => Choice::class,
        'reference' => Reference::class,
        'list' => TextList::class,
        'set' => TextList::class,
    ];

    /** @return Field[] those of a kind that need no code of their own */
    public static function of(string $kind): array
    {
        $fields = [];
        foreach (self::table($kind) as $name => $options) {
            if (!isset($options['own_code'])) {
                $class = self::CLASSES[$options['form']];
                $fields[] = new $class($name, $options);
            }
        }

        return $fields;
    }

    /** @return array the options of one field, for a class of its own */
    public static function options(string $kind, string $name): array
    {
        return self::table($kind)[$name];
    }

    /** @return array[] options by field; none if the table does not have the kind */
    private static function table(string $kind): array
    {
        static $table;
        if ($table === null) {
            $table = require dirname(__DIR__) . '/kinds.php';
        }

        return isset($table[$kind]) ? $table[$kind]['fields'] : [];
    }
}
