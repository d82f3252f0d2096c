<?php

declare(strict_types=1);

namespace TerraformCompanion;

use TerraformCompanion\Field\Boolean;
use TerraformCompanion\Field\Choice;
use TerraformCompanion\Field\Field;
use TerraformCompanion\Field\Integer;
use TerraformCompanion\Field\Money;
use TerraformCompanion\Field\Reference;
use TerraformCompanion\Field\Text;
use TerraformCompanion\Field\TextList;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The tables and plain fields of the kinds. They are in kinds.php, which is generated.
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

    public static function table(string $kind): string
    {
        return self::kinds()[$kind]['table'];
    }

    /**
     * @param string[] $classes by name of field, of those whose form has another class
     *
     * @return Field[] the plain fields of a kind
     */
    public static function fields(string $kind, array $classes = []): array
    {
        $fields = [];
        foreach (self::kinds()[$kind]['fields'] as $name => $options) {
            $class = $classes[$name] ?? self::CLASSES[$options['form']];
            $fields[] = new $class($name, $options);
        }

        return $fields;
    }

    private static function kinds(): array
    {
        static $kinds = null;
        if ($kinds === null) {
            $kinds = require __DIR__ . '/kinds.php';
        }

        return $kinds;
    }
}
