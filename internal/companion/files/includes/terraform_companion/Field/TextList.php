<?php

declare(strict_types=1);

namespace TerraformCompanion\Field;

use TerraformCompanion\Errors;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Texts that share one column. Options: column, separator, `set` where order carries no meaning, `pattern` and `hint`
 * of each item, `codec` where they are plain text that people read.
 */
class TextList extends Text
{
    public function isScalar(): bool
    {
        return false;
    }

    public function hasCodec(): bool
    {
        return $this->option('codec', false);
    }

    public function check($value, string $path, Errors $errors)
    {
        if (!is_array($value)) {
            $errors->invalid($path, 'must be a list of texts');

            return [];
        }
        $separator = $this->options['separator'];
        foreach ($value as $index => $item) {
            $problem = self::problem($item);
            if ($problem === null && (trim($item) === '' || trim($item) !== $item)) {
                $problem = 'must not be empty, and must not begin or end with white space';
            }
            if ($problem === null && strpos($item, $separator) !== false) {
                $problem = 'must not contain ' . ($separator === "\n" ? 'a line break' : 'a comma');
            }
            if (
                $problem === null
                && isset($this->options['pattern'])
                && !preg_match($this->options['pattern'], $item)
            ) {
                $problem = $this->options['hint'];
            }
            if ($problem !== null) {
                // The items of a set have no position.
                $errors->invalid($this->option('set') ? $path : $path . '.' . $index, $problem);

                return [];
            }
        }
        $value = $this->normal($value);
        $problem = self::columnProblem($this->column(), $this->encode(implode($separator, $value)));
        if ($problem !== null) {
            $errors->invalid($path, $problem);
        } else {
            $this->refuseDoubt($value, $path, $errors);
        }

        return $value;
    }

    public function read(array $row, $related)
    {
        $items = array_map(
            'trim',
            explode($this->options['separator'], $this->decode((string) $row[$this->options['column']]))
        );

        return $this->normal(array_values(array_filter($items, 'strlen')));
    }

    public function columns($value, array $before): array
    {
        return [$this->options['column'] => $this->encode(implode($this->options['separator'], $value), true)];
    }

    public function expectable($json, string $path, Errors $errors): void
    {
        foreach (is_array($json) ? $json : [] as $index => $item) {
            if (!is_string($item)) {
                // The items of a set have no position.
                $errors->invalid(!$this->option('set') ? $path . '.' . $index : $path, 'must be text');

                return;
            }
        }
    }

    public function comparableForm($json)
    {
        return is_array($json) ? $this->normal($json) : $json;
    }

    private function normal(array $items): array
    {
        if (!$this->option('set')) {
            return $items;
        }
        $items = array_values(array_unique($items, SORT_REGULAR));
        sort($items, SORT_STRING);

        return $items;
    }
}
