<?php

declare(strict_types=1);

namespace TerraformCompanion\Field;

use TerraformCompanion\Errors;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * A whole number. Options: column, min, max. Null is stored as null, or as 0 if the column does not allow null.
 */
class Integer extends Field
{
    public function check($value, string $path, Errors $errors)
    {
        $min = $this->option('min', 0);
        $max = $this->option('max', 2147483647);
        if (!is_int($value) || $value < $min || $value > $max) {
            $errors->invalid($path, sprintf('must be a whole number from %d to %d', $min, $max));
        }

        return $value;
    }

    public function read(array $row, $related)
    {
        $stored = $row[$this->options['column']];
        if ($this->option('nullable') && ($stored === null || (int) $stored === 0)) {
            return null;
        }

        return (int) $stored;
    }

    public function columns($value, array $before): array
    {
        $column = $this->column();

        return [$this->options['column'] => $value === null && !$column['nullable'] ? 0 : $value];
    }
}
