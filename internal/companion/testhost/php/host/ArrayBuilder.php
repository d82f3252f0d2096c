<?php

declare(strict_types=1);

namespace TestHost;

use Illuminate\Database\Query\Builder;

/**
 * A query builder whose results are plain arrays, as in Illuminate 5.2 (WHMCS 7).
 */
final class ArrayBuilder extends Builder
{
    public function get($columns = ['*'])
    {
        return parent::get($columns)->all();
    }

    public function first($columns = ['*'])
    {
        $rows = $this->take(1)->get($columns);

        return $rows ? $rows[0] : null;
    }

    public function pluck($column, $key = null)
    {
        return parent::pluck($column, $key)->all();
    }

    public function aggregate($function, $columns = ['*'])
    {
        $clone = $this->cloneWithout(['columns'])->cloneWithoutBindings(['select']);
        $rows = $clone->setAggregate($function, $columns)->get($columns);

        return $rows ? array_change_key_case((array) $rows[0])['aggregate'] : null;
    }
}
