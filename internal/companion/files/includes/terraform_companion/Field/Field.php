<?php

declare(strict_types=1);

namespace TerraformCompanion\Field;

use TerraformCompanion\Context;
use TerraformCompanion\Errors;
use TerraformCompanion\Kind\Kind;
use TerraformCompanion\Narrow;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * One field of a kind: how its JSON is checked, how it is read and stored, and when two of its values are the same.
 * Validation, reading, writing, the comparison with `expect` and the read-back after a write all go through it.
 *
 * A value has an *internal form*: plain PHP values and arrays, as `read` gives them and `check` returns them.
 */
abstract class Field
{
    protected $name;

    protected $options;

    /** @var Context */
    protected $context;

    /** @var Kind */
    protected $kind;

    /** @param array $options required, nullable, default, and what the class adds */
    public function __construct(string $name, array $options = [])
    {
        $this->name = $name;
        $this->options = $options;
    }

    public function attach(Context $context, Kind $kind): void
    {
        $this->context = $context;
        $this->kind = $kind;
    }

    public function name(): string
    {
        return $this->name;
    }

    /** The field's name in rows and in `expect`. Secrets use another name there. */
    public function rowName(): string
    {
        return $this->name;
    }

    /**
     * @param mixed $default
     *
     * @return mixed
     */
    public function option(string $name, $default = null)
    {
        return array_key_exists($name, $this->options) ? $this->options[$name] : $default;
    }

    public function isReadOnly(): bool
    {
        return $this->option('read_only', false);
    }

    public function isScalar(): bool
    {
        return true;
    }

    /** @return string[] columns of the kind's own table */
    public function columnNames(): array
    {
        return isset($this->options['column']) ? [$this->options['column']] : [];
    }

    /** Whether this WHMCS has what the field needs. */
    public function isSupported(): bool
    {
        foreach ($this->columnNames() as $column) {
            if (!$this->context->schema()->has($this->kind->table(), $column)) {
                return false;
            }
        }

        return true;
    }

    /**
     * Checks a JSON value that is not null.
     *
     * @param mixed $value
     *
     * @return mixed its internal form
     */
    abstract public function check($value, string $path, Errors $errors);

    /**
     * Checks a checked value against the database.
     *
     * @param mixed $value
     */
    public function references($value, string $path, Errors $errors, bool $lock): void
    {
    }

    /**
     * Reads what rows need from other tables, with a fixed number of statements. A write locks these rows.
     *
     * @return array by id
     */
    public function prefetch(array $rows, bool $lock = false): array
    {
        return [];
    }

    /**
     * Takes the value from a row. Kinds that make their rows in code put the value under the field's name.
     *
     * @param mixed $related what prefetch found for this row, or null
     *
     * @return mixed the internal form
     */
    public function read(array $row, $related)
    {
        return $row[$this->name];
    }

    /**
     * @param mixed $value
     *
     * @return array what to store in the kind's own table, by column
     */
    public function columns($value, array $before): array
    {
        return [];
    }

    /**
     * Narrows the query of a list to the rows that may hold a value. The rows that are left are compared afterwards.
     *
     * @param mixed $json
     */
    public function narrow(object $query, $json): void
    {
    }

    /**
     * Whether a value that equals the row's value is not stored yet, because the row shows a default.
     *
     * @param mixed $value
     */
    public function isPending($value): bool
    {
        return false;
    }

    /**
     * Stores the part of the value that is in other tables.
     *
     * @param array $effective the object's values by field, as they will be
     * @param mixed $value
     */
    public function save(string $id, $value, array $effective): void
    {
    }

    /**
     * Turns a value of a request into the form in which rows show it.
     *
     * @param mixed $value
     *
     * @return mixed
     */
    public function rowForm($value)
    {
        return $value;
    }

    /**
     * Turns a JSON value into the internal form for a comparison, without a check: `expect` repeats whatever was read.
     *
     * @param mixed $json
     *
     * @return mixed
     */
    public function comparableForm($json)
    {
        return \TerraformCompanion\Json::arrays($json);
    }

    /**
     * Refuses a value of `expect` that no row can show.
     *
     * @param mixed $json
     */
    public function expectable($json, string $path, Errors $errors): void
    {
    }

    /**
     * Whether two values in internal form mean the same.
     *
     * @param mixed $a
     * @param mixed $b
     */
    public function equal($a, $b): bool
    {
        return $a === $b;
    }

    /**
     * Compares a given value with the actual one.
     *
     * @param mixed $given
     * @param mixed $actual
     *
     * @return array list of field, expected and actual
     */
    public function differences($given, $actual): array
    {
        if ($this->equal($given, $actual)) {
            return [];
        }

        return [[
            'field' => $this->rowName(),
            'expected' => $this->present($given),
            'actual' => $this->present($actual),
        ]];
    }

    /**
     * The value as JSON shows it.
     *
     * @param mixed $value
     *
     * @return mixed
     */
    public function present($value)
    {
        return $value;
    }

    protected function locked(object $query, bool $lock): object
    {
        return $lock ? $this->byId($query)->lockForUpdate() : $query;
    }

    /** The same statement, so that it locks few rows: see Narrow. */
    protected function byId(object $query): object
    {
        return Narrow::toIds($this->context, $query);
    }

    protected function column(): ?array
    {
        return $this->context->schema()->column($this->kind->table(), $this->options['column']);
    }
}
