<?php

declare(strict_types=1);

namespace TerraformCompanion\Field;

use TerraformCompanion\Errors;
use TerraformCompanion\Request;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The id of another object. Options: column, table, required, nullable (null is stored as 0).
 */
class Reference extends Field
{
    public function check($value, string $path, Errors $errors)
    {
        if (!Request::isId($value) || (int) $value === 0) {
            $errors->invalid($path, 'must be an id, a string of digits');

            return $value;
        }

        return (string) (int) $value;
    }

    public function references($value, string $path, Errors $errors, bool $lock): void
    {
        if ($value !== null && !$this->context->lookups()->existing($this->options['table'], [$value], $lock)) {
            $errors->invalid($path, 'contains an id that does not exist: ' . $value);
        }
    }

    public function read(array $row, $related)
    {
        $id = (string) (int) $row[$this->options['column']];

        return $id === '0' ? null : $id;
    }

    public function narrow(object $query, $json): void
    {
        if (Request::isId($json) && $this->isSupported()) {
            $query->where($this->options['column'], (int) $json);
        }
    }

    public function columns($value, array $before): array
    {
        return [$this->options['column'] => (int) $value];
    }
}
