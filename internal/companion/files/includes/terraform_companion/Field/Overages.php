<?php

declare(strict_types=1);

namespace TerraformCompanion\Field;

use TerraformCompanion\Errors;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Overage billing. Switch and units share one column: empty, or `1,MB,GB` (seen). Units therefore exist only while
 * overages are enabled.
 */
class Overages extends Composite
{
    private const UNITS = ['MB' => 'MB', 'GB' => 'GB', 'TB' => 'TB'];

    private const PACKED = ['enabled', 'disk_unit', 'bandwidth_unit'];

    public function __construct(string $name)
    {
        parent::__construct($name, [
            new Boolean('enabled'),
            new Choice('disk_unit', ['choices' => self::UNITS]),
            new Choice('bandwidth_unit', ['choices' => self::UNITS]),
            new Integer('disk_limit', ['column' => 'overagesdisklimit']),
            new Integer('bandwidth_limit', ['column' => 'overagesbwlimit']),
            new Money('disk_price', ['column' => 'overagesdiskprice']),
            new Money('bandwidth_price', ['column' => 'overagesbwprice']),
        ], ['column' => 'overagesenabled']);
    }

    public function read(array $row, $related)
    {
        $packed = array_pad(explode(',', (string) $row['overagesenabled']), 3, '');
        $value = [
            'enabled' => Boolean::isOn($packed[0]),
            'disk_unit' => $packed[1] === '' ? 'MB' : $packed[1],
            'bandwidth_unit' => $packed[2] === '' ? 'MB' : $packed[2],
        ];
        foreach ($this->parts as $key => $part) {
            if (!in_array($key, self::PACKED, true)) {
                $value[$key] = $part->read($row, null);
            }
        }

        return $value;
    }

    /**
     * Refuses units that have nowhere to be kept.
     *
     * @param array|null $before
     */
    public function rules(array $value, ?array $before, Errors $errors): void
    {
        $effective = $value + (is_array($before) ? $before : ['enabled' => false]);
        foreach ($effective['enabled'] ? [] : ['disk_unit', 'bandwidth_unit'] as $unit) {
            if (isset($value[$unit]) && $value[$unit] !== 'MB') {
                $errors->invalid($this->name . '.' . $unit, 'must be MB while overages are not enabled');
            }
        }
    }

    public function columns($value, array $before): array
    {
        $columns = parent::columns(array_diff_key($value, array_flip(self::PACKED)), $before);
        $effective = $value + $before[$this->name];
        $columns['overagesenabled'] = $effective['enabled']
            ? '1,' . $effective['disk_unit'] . ',' . $effective['bandwidth_unit']
            : '';

        return $columns;
    }
}
