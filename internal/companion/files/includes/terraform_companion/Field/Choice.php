<?php

declare(strict_types=1);

namespace TerraformCompanion\Field;

use TerraformCompanion\Errors;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * One of a few words, each stored as a word or number of WHMCS's own. Options: column, choices (stored value by word).
 */
class Choice extends Field
{
    public function check($value, string $path, Errors $errors)
    {
        if (!is_string($value) || !array_key_exists($value, $this->options['choices'])) {
            $errors->invalid($path, 'must be one of ' . implode(', ', array_keys($this->options['choices'])));
        }

        return $value;
    }

    /** A stored value that is none of the choices shows as it is, so that nothing is hidden. */
    public function read(array $row, $related)
    {
        $stored = (string) $row[$this->options['column']];
        $word = array_search($stored, array_map('strval', $this->options['choices']), true);

        return $word === false ? $stored : (string) $word;
    }

    public function columns($value, array $before): array
    {
        return [$this->options['column'] => $this->options['choices'][$value]];
    }
}
