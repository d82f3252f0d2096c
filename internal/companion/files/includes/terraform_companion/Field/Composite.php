<?php

declare(strict_types=1);

namespace TerraformCompanion\Field;

use TerraformCompanion\Context;
use TerraformCompanion\Errors;
use TerraformCompanion\Kind\Kind;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * An object with a fixed set of keys. Each key is a field of its own, and is written and compared separately.
 */
class Composite extends KeyedField
{
    /** @var Field[] by name */
    protected $parts = [];

    /** @param Field[] $parts */
    public function __construct(string $name, array $parts, array $options = [])
    {
        parent::__construct($name, $options);
        foreach ($parts as $part) {
            $this->parts[$part->name()] = $part;
        }
    }

    public function attach(Context $context, Kind $kind): void
    {
        parent::attach($context, $kind);
        foreach ($this->parts as $part) {
            $part->attach($context, $kind);
        }
    }

    public function columnNames(): array
    {
        $columns = parent::columnNames();
        foreach ($this->parts as $part) {
            $columns = array_merge($columns, $part->columnNames());
        }

        return $columns;
    }

    /** @return Field[] */
    public function parts(): array
    {
        return $this->parts;
    }

    public function check($value, string $path, Errors $errors)
    {
        if (!$value instanceof \stdClass) {
            $errors->invalid($path, 'must be an object');

            return [];
        }
        $checked = [];
        foreach ((array) $value as $key => $item) {
            $key = (string) $key;
            if (!isset($this->parts[$key])) {
                $errors->invalid($path . '.' . $key, 'is not a known field');
            } elseif ($item !== null) {
                $checked[$key] = $this->parts[$key]->check($item, $path . '.' . $key, $errors);
            }
        }

        return $checked;
    }

    /**
     * Refuses texts that the column of their part cannot hold.
     *
     * @param array $columns name of the column by part
     */
    protected function checkColumns(array $checked, array $columns, string $path, Errors $errors): void
    {
        foreach (array_filter($checked, 'is_string') as $key => $text) {
            $problem = Text::columnProblem(
                $this->context->schema()->column($this->kind->table(), $columns[$key]),
                $text
            );
            if ($problem !== null) {
                $errors->invalid("$path.$key", $problem);
            }
        }
    }

    public function read(array $row, $related)
    {
        $value = [];
        foreach ($this->parts as $key => $part) {
            $value[$key] = $part->read($row, null);
        }

        return $value;
    }

    public function columns($value, array $before): array
    {
        $columns = [];
        foreach ($value as $key => $item) {
            $columns = $this->parts[$key]->columns($item, $before) + $columns;
        }

        return $columns;
    }

    public function expectable($json, string $path, Errors $errors): void
    {
        foreach ($json instanceof \stdClass ? (array) $json : [] as $key => $item) {
            if (isset($this->parts[$key])) {
                $this->parts[$key]->expectable($item, $path . '.' . $key, $errors);
            }
        }
    }

    protected function keyDifference(string $key, $item, $actual): ?array
    {
        $found = is_array($actual) && array_key_exists($key, $actual) ? $actual[$key] : null;
        $isSame = isset($this->parts[$key]) ? $this->parts[$key]->equal($item, $found) : $item === $found;

        return $isSame ? null : [$item, $found];
    }
}
