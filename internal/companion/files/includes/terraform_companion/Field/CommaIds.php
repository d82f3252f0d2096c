<?php

declare(strict_types=1);

namespace TerraformCompanion\Field;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Ids of related objects, kept in one column with commas between them. Options: column, and of IdSet `target` and
 * `leave`.
 */
final class CommaIds extends IdSet
{
    public function isSupported(): bool
    {
        return Field::isSupported();
    }

    /** The ids of related objects that exist. The column keeps an id after the deletion of its object. */
    public function prefetch(array $rows, bool $lock = false): array
    {
        $listed = [];
        foreach ($rows as $row) {
            $listed[(int) $row['id']] = $this->stored($row);
        }
        $all = array_values(array_unique(array_merge([], ...array_values($listed))));
        $existing = $this->context->lookups()->existing($this->options['target'], $all, false);

        return array_map(function (array $ids) use ($existing): array {
            return array_values(array_intersect($ids, $existing));
        }, $listed);
    }

    /**
     * Other code may have stored commas at the ends, spaces, or an id twice.
     *
     * @return string[]
     */
    private function stored(array $row): array
    {
        return $this->comparableForm(array_map('strval', array_filter(array_map(
            'intval',
            explode(',', (string) $row[$this->options['column']])
        ))));
    }

    public function columns($value, array $before): array
    {
        return [$this->options['column'] => implode(',', $value)];
    }

    public function save(string $id, $value, array $effective): void
    {
    }
}
