<?php

declare(strict_types=1);

namespace TerraformCompanion\Kind;

use TerraformCompanion\Errors;
use TerraformCompanion\Field\AddonPayType;
use TerraformCompanion\Field\AddonPricing;
use TerraformCompanion\Field\CommaIds;
use TerraformCompanion\Field\EmailTemplateName;
use TerraformCompanion\Field\FieldTable;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * A product addon, which customers order with a product (table seen in public modules). WHMCS has no API action for
 * it. Its module settings are not managed.
 *
 * The hook AddonConfigSave reads the form of the admin area, so it never runs here. ProductAddonDelete runs
 * (documented).
 */
final class ProductAddon extends Kind
{
    use PayTypes;

    private const SERVICES = 'tblhostingaddons';

    public function name(): string
    {
        return 'product_addon';
    }

    public function tables(): array
    {
        return ['tbladdons', AddonPricing::TABLE];
    }

    protected function define(): array
    {
        return [
            new CommaIds('product_ids', ['column' => 'packages', 'target' => 'tblproducts', 'leave' => true]),
            new AddonPayType('pay_type', FieldTable::options($this->name(), 'pay_type')),
            new AddonPricing('pricing'),
            new EmailTemplateName('welcome_email', FieldTable::options($this->name(), 'welcome_email')),
        ];
    }

    public function usage(array $ids): array
    {
        return $this->context->lookups()->counts($ids, ['service_addons' => [self::SERVICES, 'addonid']]);
    }

    public function rules(array $values, ?array $before, array $unknown, Errors $errors): void
    {
        $this->payTypeRules($values, $before, $unknown, $errors);
    }

    /** A new addon is hidden until its prices and its products are stored. */
    public function insert(array $values): string
    {
        $id = parent::insert(['hidden' => true] + $values);
        $this->field('pricing')->reset($id);

        return $id;
    }

    public function lastFields(): array
    {
        return ['hidden'];
    }

    public function finish(string $id, array $values, ?array $before): void
    {
        $this->rewritePrices($id, $values, $before);
    }

    /** Products that the addon is offered with, or no longer. */
    public function affects(string $op, ?string $id, array $values, ?array $before): array
    {
        return [['product', self::changedIds('product_ids', $op, $values, $before), self::NOT_SHOWN]];
    }

    /** An addon that a customer has ordered stays, whatever its status is (guess). */
    public function references(string $id, bool $lock = false): array
    {
        $this->context->lookups()->needed(self::SERVICES, ['addonid']);

        return [[
            'kind' => 'service_addons',
            'count' => $this->context->lookups()->count(self::SERVICES, 'addonid', $id, $lock),
        ]];
    }

    public function remove(string $id): void
    {
        $prices = $this->context->db()->table(AddonPricing::TABLE)
            ->where('type', AddonPricing::TYPE)->where('relid', (int) $id);
        $this->byId($prices)->delete();
        parent::remove($id);
    }

    public function hook(string $op): ?array
    {
        return $op === 'delete' ? ['ProductAddonDelete', 'addonId'] : null;
    }
}
