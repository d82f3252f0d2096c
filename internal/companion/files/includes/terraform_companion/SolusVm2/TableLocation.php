<?php

declare(strict_types=1);

namespace TerraformCompanion\SolusVm2;

use TerraformCompanion\Context;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * A column of one row of a table that is the addon's own. With `$inserts`, the table alone has to be there: a row
 * that is missing is made.
 */
final class TableLocation implements Location
{
    private $context;

    private $table;

    private $key;

    private $value;

    private $inserts;

    /**
     * @param array $key column and value of the row
     * @param string $value the column of the text
     */
    public function __construct(Context $context, string $table, array $key, string $value, bool $inserts = false)
    {
        $this->context = $context;
        $this->table = $table;
        $this->key = $key;
        $this->value = $value;
        $this->inserts = $inserts;
    }

    public function exists(): ?bool
    {
        if (!$this->hasColumns()) {
            return false;
        }
        $rows = count($this->rows());

        return $rows === 1 || ($rows === 0 && $this->inserts);
    }

    public function isAmbiguous(): bool
    {
        return $this->hasColumns() && count($this->rows()) > 1;
    }

    private function hasColumns(): bool
    {
        foreach (array_merge(array_keys($this->key), [$this->value]) as $column) {
            if (!$this->context->schema()->has($this->table, (string) $column)) {
                return false;
            }
        }

        return true;
    }

    public function stored(): ?string
    {
        $row = $this->row();

        return $row === null ? null : (string) $row[$this->value];
    }

    public function store(string $text): void
    {
        $column = $this->context->schema()->column($this->table, $this->value);
        $values = [$this->value => $text === '' && $column['is_number'] ? ($column['nullable'] ? null : 0) : $text];
        if ($this->row() !== null) {
            $this->query()->update($values);
        } else {
            $this->context->db()->table($this->table)->insert(
                $this->key + $values + $this->context->schema()->blanks($this->table)
            );
        }
    }

    public function storedRows(): array
    {
        return [$this->table, $this->key];
    }

    private function row(): ?array
    {
        $rows = $this->rows();

        return $rows ? $rows[0] : null;
    }

    /** @return array[] two at most: more are no more than two are */
    private function rows(): array
    {
        return $this->context->db()->rows($this->query()->select($this->value)->limit(2));
    }

    private function query(): object
    {
        $query = $this->context->db()->table($this->table);
        foreach ($this->key as $column => $value) {
            $query->where($column, $value);
        }

        return $query;
    }
}
