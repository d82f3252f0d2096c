<?php

declare(strict_types=1);

namespace TerraformCompanion\Kind;

use TerraformCompanion\Failure;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The fields that name an object of a kind. A write that gives another object's values needs allow_duplicate_name.
 */
trait NaturalKey
{
    /** @return string[] names of the fields that name an object */
    public function naturalKey(): array
    {
        return ['name'];
    }

    /**
     * Refuses a natural key that another object has. Texts are compared after decoding, and not by the collation of the
     * column.
     */
    public function refuseDuplicate(array $key, ?string $exceptId): void
    {
        $fields = array_intersect_key($this->fields(), array_flip($this->naturalKey()));
        $columns = ['id'];
        $query = $this->query()->orderBy('id');
        foreach ($fields as $name => $field) {
            $columns = array_merge($columns, $field->columnNames());
            $field->narrow($query, $key[$name]);
        }
        $sorted = $key;
        ksort($sorted);
        foreach ($this->internal($this->context->db()->rows($query->select($columns)), $fields) as $row) {
            if ($row['id'] === $exceptId) {
                continue;
            }
            $id = $row['id'];
            unset($row['id']);
            ksort($row);
            if ($row === $sorted) {
                throw Failure::exists($this->name(), $id, $key);
            }
        }
    }
}
