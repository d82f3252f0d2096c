<?php
namespace TerraformCompanion\PostPay;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

use TerraformCompanion\Context;

/**
 * A column of one row of a table that is the addon's own. With `$inserts`, the table alone has to be there: a row that is missing is made.
 */
final class TablePlace implements Place
{
    private $context;

    private $table;

    private $key;

    private $value;

    private $inserts;

    /** @param array $key column and value of the row  @param string $value the column of the text */
    public function __construct(Context $context, $table, array $key, $value, $inserts = false)
    {
        $this->context = $context;
        $this->table = $table;
        $this->key = $key;
        $this->value = $value;
        $this->inserts = $inserts;
    }

    public function exists()
    {
        $schema = $this->context->schema();
        foreach (array_merge(array_keys($this->key), [$this->value]) as $column) {
            if (!$schema->has($this->table, $column)) {
                return false;
            }
        }

        return $this->inserts || $this->row() !== null;
    }

    public function stored()
    {
        $row = $this->row();

        return $row === null ? null : (string) $row[$this->value];
    }

    public function store($text)
    {
        $column = $this->context->schema()->column($this->table, $this->value);
        $values = [$this->value => $text === '' && $column['is_number'] ? ($column['nullable'] ? null : 0) : $text];
        if ($this->row() !== null) {
            $this->query()->update($values);
        } else {
            $this->context->db()->table($this->table)->insert($this->key + $values + $this->context->schema()->blanks($this->table));
        }
    }

    public function owned()
    {
        return [$this->table, $this->key];
    }

    private function row()
    {
        return $this->context->db()->row($this->query()->select($this->value));
    }

    private function query()
    {
        $query = $this->context->db()->table($this->table);
        foreach ($this->key as $column => $value) {
            $query->where($column, $value);
        }

        return $query;
    }
}
