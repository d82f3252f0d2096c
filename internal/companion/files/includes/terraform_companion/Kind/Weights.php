<?php

declare(strict_types=1);

namespace TerraformCompanion\Kind;

use TerraformCompanion\Lookups;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * How large the rows of a kind are. The memory of PHP is limited, and a text may have many thousand characters.
 */
trait Weights
{
    /**
     * Approximate number of bytes of rows in a response, by id. It needs one statement, which reads no texts.
     *
     * @return int[] of the ids that exist, in their order
     */
    public function weights(array $ids): array
    {
        if (!$this->context->schema()->has($this->table(), 'id')) {
            // There is only one object, or few.
            return array_fill_keys($ids, 0);
        }
        $weights = [];
        $query = $this->query()->select('id')->selectRaw($this->weight() . ' AS weight')->orderBy('id');
        foreach ($this->context->db()->rows(Lookups::among($query, 'id', $ids)) as $row) {
            $weights[(int) $row['id']] = (int) $row['weight'];
        }
        foreach ($this->parts() as $part) {
            // A part may be left from an object that is gone.
            foreach (array_intersect_key($part->weightsOfOwners($ids), $weights) as $id => $weight) {
                $weights[$id] += $weight;
            }
        }

        return $weights;
    }

    /** @return string an SQL expression: the bytes of a row's texts, and a sum for all that is short */
    protected function weight(): string
    {
        $lengths = [(string) static::ROW_BYTES];
        foreach ($this->context->schema()->columnsOf($this->table()) as $name => $column) {
            if ($column['characters'] > self::SHORT_TEXT) {
                $lengths[] = sprintf('COALESCE(OCTET_LENGTH(`%s`), 0)', $name);
            }
        }

        return implode(' + ', $lengths);
    }
}
