<?php

declare(strict_types=1);

namespace TerraformCompanion\Field;

use TerraformCompanion\Errors;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * A product's own settings for early renewal. Assumed: one row per product that overrides the general settings, days
 * per cycle.
 */
class OnDemandRenewal extends Composite
{
    private const CYCLES = ['monthly', 'quarterly', 'semiannually', 'annually', 'biennially', 'triennially'];

    public function __construct(string $name)
    {
        $parts = [new Boolean('override'), new Boolean('enabled')];
        foreach (self::CYCLES as $cycle) {
            $parts[] = new Integer($cycle);
        }
        parent::__construct($name, $parts);
    }

    public function isSupported(): bool
    {
        foreach (array_merge(['rel_type', 'rel_id', 'enabled'], self::CYCLES) as $column) {
            if (!$this->context->schema()->has($this->table(), $column)) {
                return false;
            }
        }

        return true;
    }

    public function prefetch(array $rows, bool $lock = false): array
    {
        $query = $this->context->db()->table($this->table())->where('rel_type', $this->relation())->whereIn(
            'rel_id',
            array_column($rows, 'id')
        );
        $found = [];
        foreach ($this->context->db()->rows(self::locked($query, $lock)) as $row) {
            $found[(int) $row['rel_id']] = $row;
        }

        return $found;
    }

    public function read(array $row, $related)
    {
        $value = [
            'override' => $related !== null,
            'enabled' => $related !== null && Boolean::isOn($related['enabled']),
        ];
        foreach (self::CYCLES as $cycle) {
            $value[$cycle] = $related === null ? 0 : (int) $related[$cycle];
        }

        return $value;
    }

    public function columns($value, array $before): array
    {
        return [];
    }

    /**
     * Without the override there is no row that could hold the rest.
     *
     * @param array|null $before
     */
    public function rules(array $value, ?array $before, Errors $errors): void
    {
        $effective = $value + (is_array($before) ? $before : ['override' => false]);
        foreach ($effective['override'] ? [] : $value as $key => $item) {
            if ($item !== false && $item !== 0) {
                $errors->invalid($this->name . '.' . $key, 'requires override');
            }
        }
    }

    public function save(string $id, $value, array $effective): void
    {
        $key = ['rel_type' => $this->relation(), 'rel_id' => (int) $id];
        $query = $this->context->db()->table($this->table())->where($key);
        if (isset($value['override']) && !$value['override']) {
            $this->byId($query)->delete();

            return;
        }
        unset($value['override']);
        $columns = array_map('intval', $value);
        if ($this->context->db()->table($this->table())->where($key)->count() === 0) {
            $query->insert($key + $columns + $this->context->schema()->blanks($this->table()));
        } elseif ($columns) {
            $this->byId($query)->update($columns);
        }
    }

    /** The parameters of AddProduct (documented). */
    public function parameters(array $value): array
    {
        $names = ['override' => 'ondemandrenewalconfigurationoverride', 'enabled' => 'ondemandrenewalsenabled'];
        $parameters = [];
        foreach ($value as $key => $item) {
            $parameters[isset($names[$key]) ? $names[$key] : 'ondemandrenewalperiod' . $key] = $item;
        }

        return $parameters;
    }

    public function table(): string
    {
        return $this->context->config()->onDemandRenewals()['table'];
    }

    public function relation(): string
    {
        return $this->context->config()->onDemandRenewals()['rel_type'];
    }
}
