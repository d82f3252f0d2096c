<?php

declare(strict_types=1);

namespace TerraformCompanion\Field;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * A field whose value is an object. A comparison covers only the keys of the given value.
 */
abstract class KeyedField extends Field
{
    public function isScalar(): bool
    {
        return false;
    }

    /**
     * @param mixed $given
     * @param mixed $actual
     */
    public function differences($given, $actual): array
    {
        if (!is_array($given)) {
            return parent::differences($given, $actual);
        }
        $differences = [];
        foreach ($given as $key => $item) {
            $difference = $this->keyDifference((string) $key, $item, $actual);
            if ($difference !== null) {
                $differences[] = [
                    'field' => $this->name . '.' . $key,
                    'expected' => $difference[0],
                    'actual' => $difference[1],
                ];
            }
        }

        return $differences;
    }

    /**
     * Compares one key.
     *
     * @param mixed $item   the given value of the key
     * @param mixed $actual the whole actual value
     *
     * @return array|null expected and actual as JSON shows them. Null if they mean the same.
     */
    abstract protected function keyDifference(string $key, $item, $actual): ?array;

    /**
     * @param mixed $value
     *
     * @return mixed
     */
    public function present($value)
    {
        return is_array($value) ? (object) $value : $value;
    }
}
