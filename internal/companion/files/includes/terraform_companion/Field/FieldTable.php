<?php

declare(strict_types=1);

namespace TerraformCompanion\Field;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The field table, kinds.php, which is generated.
 */
final class FieldTable
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

    /** @return Field[] those of a kind. A kind replaces the fields that have code of their own. */
    public static function of(string $kind): array
    {
        $fields = [];
        foreach (self::kinds()[$kind]['fields'] ?? [] as $name => $options) {
            $class = self::CLASSES[$options['form']];
            $fields[] = new $class($name, $options);
        }

        return $fields;
    }

    /** @return array the options of one field, for a class of its own */
    public static function options(string $kind, string $name): array
    {
        return self::kinds()[$kind]['fields'][$name];
    }

    /** @return string the database table of a kind */
    public static function tableOf(string $kind): string
    {
        return self::kinds()[$kind]['table'];
    }

    /** @return string[] the fields of all kinds whose text has a codec, such as product.name */
    public static function codecFields(): array
    {
        $names = [];
        foreach (self::kinds() as $kind => $table) {
            foreach ($table['fields'] as $name => $options) {
                if (!empty($options['codec'])) {
                    $names[] = $kind . '.' . $name;
                }
            }
        }

        return $names;
    }

    /** @return array[] by kind */
    private static function kinds(): array
    {
        static $kinds;
        if ($kinds === null) {
            $kinds = require dirname(__DIR__) . '/kinds.php';
        }

        return $kinds;
    }
}
