<?php

declare(strict_types=1);

namespace TerraformCompanion\Field;

use TerraformCompanion\Errors;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * A switch. WHMCS stores the same switch as `on` or as 1, depending on its version. The type of the column shows which.
 */
class Boolean extends Field
{
    public function check($value, string $path, Errors $errors)
    {
        if (!is_bool($value)) {
            $errors->invalid($path, 'must be true or false');
        }

        return $value;
    }

    public function read(array $row, $related)
    {
        return self::isOn($row[$this->options['column']]);
    }

    /**
     * @param mixed $stored
     */
    public static function isOn($stored): bool
    {
        return !in_array((string) $stored, ['', '0', 'off'], true);
    }

    public function columns($value, array $before): array
    {
        $column = $this->column();

        return [$this->options['column'] => $column['is_number'] ? (int) $value : ($value ? 'on' : '')];
    }
}
