<?php
namespace TerraformCompanion\Field;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

use TerraformCompanion\Context;
use TerraformCompanion\Errors;
use TerraformCompanion\Kind\Kind;

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
    public function __construct($name, array $options = [])
    {
        $this->name = $name;
        $this->options = $options;
    }

    public function attach(Context $context, Kind $kind)
    {
        $this->context = $context;
        $this->kind = $kind;
    }

    public function name()
    {
        return $this->name;
    }

    /** Its name in rows and in `expect`; another one for secrets. */
    public function rowName()
    {
        return $this->name;
    }

    public function option($name, $default = null)
    {
        return array_key_exists($name, $this->options) ? $this->options[$name] : $default;
    }

    public function isReadOnly()
    {
        return $this->option('read_only', false);
    }

    public function isScalar()
    {
        return true;
    }

    /** @return string[] columns of the kind's own table */
    public function columnNames()
    {
        return isset($this->options['column']) ? [$this->options['column']] : [];
    }

    /** Whether this WHMCS has what the field needs. */
    public function isSupported()
    {
        foreach ($this->columnNames() as $column) {
            if (!$this->context->schema()->has($this->kind->table(), $column)) {
                return false;
            }
        }

        return true;
    }

    /** Checks a JSON value that is not null. @return mixed its internal form */
    abstract public function check($value, $path, Errors $errors);

    /** Checks a checked value against the database. */
    public function references($value, $path, Errors $errors, $lock)
    {
    }

    /** Fetches, with a fixed number of statements, what rows need from other tables, locked for a write. @return array by id */
    public function prefetch(array $rows, $lock = false)
    {
        return [];
    }

    /** @param mixed $related what prefetch found for this row, or null */
    abstract public function read(array $row, $related);

    /** @return array what to store in the kind's own table, by column */
    public function columns($value, array $before)
    {
        return [];
    }

    /** Lets a list's query leave out rows that cannot hold a value; what it leaves in is compared all the same. */
    public function narrow($query, $json)
    {
    }

    /** Whether a value that is no different from the row's is not stored yet all the same. */
    public function isPending($value)
    {
        return false;
    }

    /** Stores what lives in other tables. @param array $effective the object's values by field, as they will be */
    public function save($id, $value, array $effective)
    {
    }

    /** A value of a request in the form in which rows show it. */
    public function rowForm($value)
    {
        return $value;
    }

    /** A JSON value as a comparable internal form, without judging it: `expect` repeats what was read, whatever that was. */
    public function loose($json)
    {
        return \TerraformCompanion\Json::arrays($json);
    }

    /** Refuses what cannot have been read: `expect` may repeat any value, in the form in which rows show it. */
    public function expectable($json, $path, Errors $errors)
    {
    }

    /** Whether two internal forms mean the same. */
    public function equal($a, $b)
    {
        return $a === $b;
    }

    /**
     * Where the actual value differs from the given one. Objects compare per key, of the keys given.
     *
     * @return array list of field, expected and actual
     */
    public function differences($given, $actual)
    {
        if ($this->equal($given, $actual)) {
            return [];
        }

        return [['field' => $this->rowName(), 'expected' => $this->present($given), 'actual' => $this->present($actual)]];
    }

    /** The value as JSON shows it. */
    public function present($value)
    {
        return $value;
    }

    protected static function locked($query, $lock)
    {
        return $lock ? $query->lockForUpdate() : $query;
    }

    protected function column()
    {
        return $this->context->schema()->column($this->kind->table(), $this->options['column']);
    }
}
