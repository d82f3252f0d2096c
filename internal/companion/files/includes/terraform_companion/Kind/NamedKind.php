<?php

declare(strict_types=1);

namespace TerraformCompanion\Kind;

use TerraformCompanion\Failure;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * A kind whose objects have names in place of ids, and are few: modules.
 */
abstract class NamedKind extends Kind
{
    /** @return array[] everything that there is, by id, in the form of stored rows */
    abstract protected function all(bool $lock): array;

    public function fetch(array $ids, bool $lock = false): array
    {
        $rows = array_intersect_key($this->all($lock), array_flip($ids));
        ksort($rows, SORT_STRING);

        return $this->internal(array_values($rows));
    }

    public function weights(array $ids): array
    {
        return array_fill_keys($ids, 0);
    }

    public function find(array $fields, array $filter, ?string $after, int $limit): array
    {
        $rows = $this->all(false);
        ksort($rows, SORT_STRING);
        $found = [];
        foreach ($this->internal(array_values($rows)) as $id => $row) {
            $wanted = !isset($filter['id']) || (string) $id === $filter['id'];
            if (
                $wanted
                && ($after === null || strcmp((string) $id, $after) > 0)
                && self::matches($fields, $filter, $row)
            ) {
                $found[] = (string) $id;
            }
        }

        return array_slice($found, 0, $limit);
    }

    public function refuseDuplicate(array $key, ?string $exceptId): void
    {
        $name = (string) reset($key);
        if ($name !== $exceptId && isset($this->all(false)[$name])) {
            throw Failure::exists($this->name(), $name, $key);
        }
    }

    protected function key($id)
    {
        return (string) $id;
    }
}
