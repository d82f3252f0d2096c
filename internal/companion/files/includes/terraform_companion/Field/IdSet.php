<?php

declare(strict_types=1);

namespace TerraformCompanion\Field;

use TerraformCompanion\Errors;
use TerraformCompanion\Request;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Ids of related objects, stored in a table of relations. Options:
 * - table, own, other: the table and its columns,
 * - order: a column that numbers the items from 0, which makes the set a list,
 * - target: the table of the related objects,
 * - read_only,
 * - leave: a related object that is deleted leaves the set.
 */
class IdSet extends Field
{
    /** A statement has at most 65,535 values. */
    private const ROWS_OF_INSERT = 1000;

    public function isScalar(): bool
    {
        return false;
    }

    public function isSupported(): bool
    {
        $schema = $this->context->schema();
        $columns = [$this->options['own'], $this->options['other']];
        if (isset($this->options['order'])) {
            $columns[] = $this->options['order'];
        }
        foreach ($columns as $column) {
            if (!$schema->has($this->options['table'], $column)) {
                return false;
            }
        }

        return true;
    }

    public function check($value, string $path, Errors $errors)
    {
        if (!is_array($value)) {
            $errors->invalid($path, 'must be a list of ids');

            return [];
        }
        foreach ($value as $index => $id) {
            if (!Request::isId($id) || (int) $id === 0) {
                // The items of a set have no position.
                $errors->invalid(
                    isset($this->options['order']) ? $path . '.' . $index : $path,
                    'must be an id, a string of digits'
                );

                return [];
            }
            $value[$index] = (string) (int) $id;
        }
        if (count(array_unique($value)) !== count($value)) {
            $errors->invalid($path, 'must not contain an id twice');
        }

        return $this->normal($value);
    }

    public function references($value, string $path, Errors $errors, bool $lock): void
    {
        $existing = $this->context->lookups()->existing($this->options['target'], $value, $lock);
        $missing = array_diff($value, $existing);
        if ($missing) {
            $errors->invalid($path, 'contains ids that do not exist: ' . implode(', ', $missing));
        }
    }

    public function prefetch(array $rows, bool $lock = false): array
    {
        $own = $this->options['own'];
        $other = $this->options['other'];
        $query = $this->context->db()->table($this->options['table'])->whereIn($own, array_column($rows, 'id'));
        $query->orderBy(isset($this->options['order']) ? $this->options['order'] : $other);
        $ids = [];
        foreach ($this->context->db()->rows(self::locked($query->select($own, $other), $lock)) as $row) {
            $ids[(int) $row[$own]][] = (string) $row[$other];
        }

        return $ids;
    }

    public function read(array $row, $related)
    {
        return $this->normal($related === null ? [] : $related);
    }

    public function save(string $id, $value, array $effective): void
    {
        $table = $this->options['table'];
        $old = $this->context->db()->table($table)->where($this->options['own'], (int) $id);
        $this->byId($old)->delete();
        $rows = [];
        foreach ($value as $index => $other) {
            $row = [$this->options['own'] => (int) $id, $this->options['other'] => (int) $other];
            if (isset($this->options['order'])) {
                $row[$this->options['order']] = $index;
            }
            $rows[] = $row + $this->context->schema()->blanks($table);
        }
        foreach (array_chunk($rows, self::ROWS_OF_INSERT) as $some) {
            $this->context->db()->table($table)->insert($some);
        }
    }

    public function expectable($json, string $path, Errors $errors): void
    {
        foreach (is_array($json) ? $json : [] as $index => $item) {
            if (!is_string($item)) {
                // The items of a set have no position.
                $at = isset($this->options['order']) ? $path . '.' . $index : $path;
                $errors->invalid($at, 'must be an id, a string of digits');

                return;
            }
        }
    }

    public function comparableForm($json)
    {
        if (!is_array($json)) {
            return $json;
        }

        return $this->normal($json);
    }

    /** A deleted object has left the list, or its row is left over. Neither is a difference. */
    public function differences($given, $actual): array
    {
        if (!$this->option('leave') || !is_array($given) || !is_array($actual) || $this->equal($given, $actual)) {
            return parent::differences($given, $actual);
        }

        return parent::differences($this->withoutDeleted($given), $this->withoutDeleted($actual));
    }

    private function withoutDeleted(array $ids): array
    {
        $known = array_filter($ids, [Request::class, 'isId']);
        $existing = $this->context->lookups()->existing($this->options['target'], $known, false);

        return array_values(array_intersect($ids, $existing));
    }

    private function normal(array $ids): array
    {
        if (!isset($this->options['order'])) {
            $ids = array_values(array_unique($ids, SORT_REGULAR));
            sort($ids, SORT_NUMERIC);
        }

        return $ids;
    }
}
