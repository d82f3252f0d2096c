<?php

declare(strict_types=1);

namespace TerraformCompanion\Kind;

use TerraformCompanion\Errors;
use TerraformCompanion\Failure;
use TerraformCompanion\Field\IdSet;
use TerraformCompanion\Field\Parts;
use TerraformCompanion\Lookups;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

final class ConfigurableOptionGroup extends Kind
{
    private const LINKS = 'tblproductconfiglinks';

    private const CHOICES = 'tblhostingconfigoptions';

    private $written;

    public function name(): string
    {
        return 'configurable_option_group';
    }

    public function tables(): array
    {
        return [
            'tblproductconfiggroups', 'tblproductconfigoptions', 'tblproductconfigoptionssub',
            'tblproductconfiglinks', 'tblpricing',
        ];
    }

    protected function define(): array
    {
        return [
            new IdSet('product_ids', [
                'table' => self::LINKS,
                'own' => 'gid',
                'other' => 'pid',
                'target' => 'tblproducts',
                'leave' => true,
            ]),
            new Parts('options', ['kind' => ConfigurableOption::class]),
        ];
    }

    public function usage(array $ids): array
    {
        $usage = $this->context->lookups()->counts($ids, ['products' => [self::LINKS, 'gid']]);
        foreach ($ids as $id) {
            $usage[(int) $id]['choices'] = $this->context->schema()->has(self::CHOICES, 'configid')
                ? $this->references((string) $id)[0]['count']
                : 0;
        }

        return $usage;
    }

    public function rules(array $values, ?array $before, array $unknown, Errors $errors): void
    {
        if (isset($values['options'])) {
            $this->field('options')->rules(
                $values['options'],
                $before === null ? [] : $before['options'],
                'options',
                $errors
            );
        }
    }

    /** Refuses to remove an option that customers have chosen, because their choice would be removed too. */
    public function refuseDataLoss(array $values, ?array $before, bool $lock): void
    {
        foreach (isset($values['options']) ? $values['options'] : [] as $option) {
            if ($option->removed) {
                $this->refuseChosen('configid', $before['options'][(int) $option->id], 'option', $lock);
                continue;
            }
            foreach (isset($option->values['sub_options']) ? $option->values['sub_options'] : [] as $sub) {
                if ($sub->removed) {
                    $this->refuseChosen(
                        'optionid',
                        $before['options'][(int) $option->id]['sub_options'][(int) $sub->id],
                        'sub-option',
                        $lock
                    );
                }
            }
        }
    }

    private function refuseChosen(string $column, array $row, string $noun, bool $lock): void
    {
        $this->refuseRemoval($noun, $row);
        $count = $this->chosen($column, [$row['id']], $lock);
        if ($count > 0) {
            throw Failure::inUse(
                sprintf('The %s "%s" (%s)', $noun, $row['name'], $row['id']),
                [['kind' => 'choices', 'count' => $count]]
            );
        }
    }

    private function chosen(string $column, array $ids, bool $lock): int
    {
        if (!$ids) {
            return 0;
        }
        $this->context->lookups()->needed(self::CHOICES, ['id', $column]);
        $query = $this->context->db()->table(self::CHOICES);
        Lookups::among($query->select('id'), $column, $ids);

        return count($this->context->db()->rows($lock ? $query->lockForUpdate() : $query));
    }

    public function finish(string $id, array $values, ?array $before): void
    {
        $this->written = isset($values['options']) ? $values['options'] : null;
    }

    public function extras(): array
    {
        return $this->written === null ? [] : ['option_ids' => $this->field('options')->ids($this->written)];
    }

    public function references(string $id, bool $lock = false): array
    {
        $options = $this->field('options')->part()->ofOwners([$id]);

        return [[
            'kind' => 'choices',
            'count' => $this->chosen(
                'configid',
                array_keys(isset($options[(int) $id]) ? $options[(int) $id] : []),
                $lock
            ),
        ]];
    }

    /** Products that get or lose the options. */
    public function affects(string $op, ?string $id, array $values, ?array $before): array
    {
        return [['product', self::changedIds('product_ids', $op, $values, $before), self::NOT_SHOWN]];
    }

    public function remove(string $id): void
    {
        $links = $this->context->db()->table(self::LINKS)->where('gid', (int) $id);
        $this->byId($links)->delete();
        $this->field('options')->part()->removeOfOwner($id);
        parent::remove($id);
    }
}
