<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The options that a module declares (documented: `_ConfigOptions` of server modules, `fields` in `_config` of addon
 * modules), in one form. Real modules declare nearly anything in the place of a text or a list of choices.
 */
final class DeclaredOptions
{
    private const TYPES_WITH_CHOICES = ['dropdown', 'radio'];

    /**
     * @return array[] key, number, name, label, type, default and choices (null where any text may be right), in the
     * order of the numbers
     */
    public static function of(array $declared): array
    {
        $options = [];
        foreach ($declared as $key => $option) {
            $option = array_change_key_case(is_array($option) ? $option : [], CASE_LOWER);
            $key = (string) $key;
            $label = isset($option['friendlyname']) ? self::text($option['friendlyname']) : '';
            $type = isset($option['type']) ? strtolower(trim(self::text($option['type']))) : '';
            $type = $type === '' ? 'text' : $type;
            $options[] = [
                'key' => $key,
                'number' => count($options) + 1,
                // A position in a list is not a name. It would look like the number of another option.
                'name' => preg_match('/^[0-9]+$/D', $key) ? $label : $key,
                'label' => $label,
                'type' => $type,
                'default' => isset($option['default']) ? self::text($option['default']) : '',
                'choices' => self::choices($type, $option),
            ];
        }

        return $options;
    }

    /**
     * @param array[] $options number, name and label
     * @return array[] numbers by name, as lists: several options may have one name. A machine name wins over a shown
     * one.
     */
    public static function numbers(array $options): array
    {
        $numbers = [];
        foreach (['name', 'label'] as $column) {
            $found = [];
            foreach ($options as $option) {
                if ($option[$column] !== '') {
                    $found[$option[$column]][] = $option['number'];
                }
            }
            $numbers += $found;
        }

        return $numbers;
    }

    /** @param mixed $value what a module gives where a text is expected */
    public static function text($value): string
    {
        if ($value === true) {
            return 'on';
        }
        $isText = is_scalar($value) || (is_object($value) && method_exists($value, '__toString'));

        return $isText ? mb_convert_encoding((string) $value, 'UTF-8', 'UTF-8') : '';
    }

    /**
     * The values that an option may have. If a module offers no choice, it could not fill the list, for example because
     * its own system does not respond. Then any text may be right. A loader fills the list from that system later.
     *
     * @return string[]|null
     */
    private static function choices(string $type, array $option): ?array
    {
        if ($type === 'yesno') {
            return ['on', ''];
        }
        if (!in_array($type, self::TYPES_WITH_CHOICES, true) || isset($option['loader'])) {
            return null;
        }
        $given = isset($option['options']) ? $option['options'] : [];
        $given = $given instanceof \Traversable ? iterator_to_array($given) : $given;
        $given = is_scalar($given) ? array_map('trim', explode(',', (string) $given)) : $given;
        if (!is_array($given) || array_filter($given, 'is_array')) {
            return null;
        }
        // A list gives the values themselves, a map gives the shown text by value.
        $isList = array_keys($given) === array_keys(array_values($given));
        $choices = array_map([self::class, 'text'], $isList ? $given : array_keys($given));
        foreach ($choices as $choice) {
            // "0|Disabled" may be one choice, or its value and the shown text, also as pieces of one text.
            foreach (strpos($choice, '|') === false ? [] : explode(',', $choice) as $piece) {
                $choices[] = trim($piece);
                $choices[] = trim(explode('|', $piece)[0]);
            }
        }
        $choices = array_values(array_unique(array_filter($choices, 'strlen')));

        return $choices ? $choices : null;
    }
}
