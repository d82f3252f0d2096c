<?php

declare(strict_types=1);

namespace TerraformCompanion\SolusVm2;

use TerraformCompanion\Kind\Kind;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * A kind of which each installation has exactly one object, such as settings. Its id is always 1.
 */
abstract class SingleKind extends Kind
{
    public const ID = '1';

    /** @return array the object in the form of a stored row, without its id */
    abstract protected function only(bool $lock): array;

    public function naturalKey(): array
    {
        return [];
    }

    public function operations(): array
    {
        return ['update'];
    }

    public function fetch(array $ids, bool $lock = false): array
    {
        return in_array(self::ID, array_map('strval', $ids), true)
            ? $this->internal([['id' => self::ID] + $this->only($lock)])
            : [];
    }

    public function find(array $fields, array $filter, ?string $after, int $limit): array
    {
        $row = $this->fetchOne(self::ID);
        $wanted = (!isset($filter['id']) || $filter['id'] === self::ID) && (int) $after < (int) self::ID;

        return $wanted && self::matches($fields, $filter, $row) ? [self::ID] : [];
    }

    public function apply(string $id, array $values, array $before): void
    {
        foreach ($values as $name => $value) {
            $field = $this->field($name);
            if ($field->differences($field->rowForm($value), $before[$field->rowName()]) || $field->isPending($value)) {
                $field->save($id, $value, $values + $before);
            }
        }
    }

    public function refuseDuplicate(array $key, ?string $exceptId): void
    {
    }
}
