<?php

declare(strict_types=1);

namespace TerraformCompanion\Kind;

use TerraformCompanion\Field\Field;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * How the objects of a kind are found by a filter.
 */
trait Searches
{
    /**
     * Returns the first `$limit` ids after `$after` whose rows match the filter. PHP compares the values, in chunks of
     * 500 rows. Only the needed columns are read.
     *
     * @param Field[] $fields the fields filtered on, by name
     * @param array $filter values by name in rows
     * @param string|null $after the last id of the previous page
     */
    public function find(array $fields, array $filter, ?string $after, int $limit): array
    {
        $columns = ['id'];
        foreach ($fields as $field) {
            $columns = array_merge($columns, $field->isSupported() ? $field->columnNames() : []);
        }
        $found = [];
        $size = $fields ? ($this->hasLongText($columns) ? self::TEXT_CHUNK : self::CHUNK) : $limit;
        do {
            $query = $this->query()
                ->select(array_values(array_unique($columns)))->where('id', '>', (int) $after)->orderBy('id');
            if (isset($filter['id'])) {
                $query->where('id', (int) $filter['id']);
            }
            foreach ($fields as $field) {
                $field->narrow($query, $filter[$field->rowName()]);
            }
            $stored = $this->context->db()->rows($query->limit($size));
            foreach ($this->internal($stored, $fields) as $id => $row) {
                if (self::matches($fields, $filter, $row)) {
                    $found[] = $id;
                }
                $after = $id;
            }
        } while (count($stored) === $size && count($found) < $limit);

        return array_slice($found, 0, $limit);
    }

    protected static function matches(array $fields, array $filter, array $row): bool
    {
        foreach ($fields as $field) {
            if (!$field->equal($field->comparableForm($filter[$field->rowName()]), $row[$field->rowName()])) {
                return false;
            }
        }

        return true;
    }

    private function hasLongText(array $columns): bool
    {
        $found = array_intersect_key($this->context->schema()->columnsOf($this->table()), array_flip($columns));

        return max(array_merge([0], array_column($found, 'characters'))) > self::SHORT_TEXT;
    }
}
