<?php

declare(strict_types=1);

namespace TerraformCompanion\Kind;

use TerraformCompanion\Errors;
use TerraformCompanion\Failure;
use TerraformCompanion\Field\Boolean;
use TerraformCompanion\Field\Choice;
use TerraformCompanion\Field\Composite;
use TerraformCompanion\Field\EmailTemplateName;
use TerraformCompanion\Field\FieldTable;
use TerraformCompanion\Field\IdSet;
use TerraformCompanion\Field\ModuleName;
use TerraformCompanion\Field\ModuleOptionFingerprints;
use TerraformCompanion\Field\ModuleOptions;
use TerraformCompanion\Field\Money;
use TerraformCompanion\Field\OnDemandRenewal;
use TerraformCompanion\Field\Overages;
use TerraformCompanion\Field\Parts;
use TerraformCompanion\Field\Pricing;
use TerraformCompanion\Field\ProductSlug;
use TerraformCompanion\Field\TopLinkOptions;
use TerraformCompanion\ProductEditVariables;
use TerraformCompanion\ProductRemoval;
use TerraformCompanion\ThirdParty;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

final class Product extends Kind implements TellsHooks
{
    use PayTypes;

    /** The products that services may be upgraded, or downgraded, to. */
    public const UPGRADES = 'tblproduct_upgrade_products';

    private const AFFILIATE = ['default' => '', 'percentage' => 'percentage', 'fixed' => 'fixed', 'none' => 'none'];

    private const HOOKS = ['update' => 'ProductEdit', 'delete' => 'ProductDelete', 'create' => 'ProductEdit'];

    private $written;

    /** @var string|null the product that AddProduct made */
    private $made;

    /** @var string|null the product's module when its options were resolved. Null if no options were resolved. */
    private $askedModule;

    /** @var string[] */
    private $remarks = [];

    public function name(): string
    {
        return 'product';
    }

    public function naturalKey(): array
    {
        return ['product_group_id', 'name'];
    }

    public function tables(): array
    {
        return array_merge(ProductRemoval::TABLES, [
            'tblproducts', 'tblpricing', 'tblproducts_slugs', 'tblproductconfiglinks', self::UPGRADES,
            'tblcustomfields', 'tblcustomfieldsvalues',
            $this->context->config()->recommendations()['table'], $this->context->config()->onDemandRenewals()['table'],
        ]);
    }

    protected function define(): array
    {
        $recommendations = $this->context->config()->recommendations();
        $options = new ModuleOptions('module_options');
        $own = function (string $name): array {
            return FieldTable::options($this->name(), $name);
        };

        return [
            new ProductSlug('slug', $own('slug')),
            new Pricing('pricing'),
            new EmailTemplateName('termination_email', $own('termination_email')),
            new EmailTemplateName('welcome_email', $own('welcome_email')),
            new EmailTemplateName('upgrade_email', $own('upgrade_email')),
            new ModuleName('module', $own('module')),
            $options,
            new ModuleOptionFingerprints('module_option_fingerprints', $options),
            new TopLinkOptions('toplink_dcim'),
            new Overages('overages'),
            new Composite('affiliate', [
                new Boolean('one_time', ['column' => 'affiliateonetime']),
                new Choice('pay_type', ['column' => 'affiliatepaytype', 'choices' => self::AFFILIATE]),
                new Money('pay_amount', ['column' => 'affiliatepayamount']),
            ]),
            new IdSet('recommended_product_ids', [
                'table' => $recommendations['table'],
                'own' => $recommendations['product'],
                'other' => $recommendations['recommended'],
                'order' => $recommendations['order'],
                'target' => 'tblproducts',
                'leave' => true,
            ]),
            new IdSet('upgrade_product_ids', [
                'table' => self::UPGRADES,
                'own' => 'product_id',
                'other' => 'upgrade_product_id',
                'target' => 'tblproducts',
                'leave' => true,
            ]),
            new OnDemandRenewal('on_demand_renewal'),
            new Parts('custom_fields', ['kind' => CustomField::class]),
        ];
    }

    public function usage(array $ids): array
    {
        $usage = $this->context->lookups()->services($ids, 'packageid');
        $query = $this->query()->select('id', 'qty')->whereIn('id', array_map('intval', $ids));
        foreach ($this->context->db()->rows($query) as $row) {
            $usage[(int) $row['id']]['quantity'] = (int) $row['qty'];
        }

        return $usage;
    }

    /** Calls module code, which may send requests. */
    public function prepare(array $values, ?string $id, array $expect): array
    {
        $options = $this->field('module_options');
        $asks = isset($values['module_options']) || isset($values['toplink_dcim']) || isset($expect['module_options']);
        $stored = $asks && $id !== null ? $this->context->db()->row($this->query()->where('id', (int) $id)) : null;
        $options->begin($stored, $values);
        $this->askedModule = $stored === null ? null : (string) $stored['servertype'];
        $module = isset($values['module']) ? $values['module'] : (string) $this->askedModule;
        $errors = new Errors();
        if (isset($values['module_options'])) {
            $values['module_options'] = $options->resolve($values['module_options'], $module, $errors);
        }
        $options->expectNames($expect, $errors);
        if (isset($values['toplink_dcim']) && $module === $this->context->config()->toplinkModule()) {
            $this->field('toplink_dcim')->resolve($values['toplink_dcim'], $options, $module, $errors);
        }
        $errors->raise();

        return $values;
    }

    public function extras(): array
    {
        $extras = ['module_option_numbers' => (object) $this->field('module_options')->resolved()];

        return $this->written === null
            ? $extras
            : $extras + ['custom_field_ids' => $this->field('custom_fields')->ids($this->written)];
    }

    public function rules(array $values, ?array $before, array $unknown, Errors $errors): void
    {
        if ($before !== null && $this->askedModule !== null && $this->askedModule !== $before['module']) {
            // The options' names were resolved before the product was locked, by the module that it had then.
            throw Failure::conflict([[
                'field' => 'module',
                'expected' => $this->askedModule,
                'actual' => $before['module'],
            ]]);
        }
        $this->payTypeRules($values, $before, $unknown, $errors);
        if (isset($values['toplink_dcim'])) {
            $this->toplinkRules($values, $before, $unknown, $errors);
        }
        foreach (['overages', 'on_demand_renewal'] as $name) {
            if (isset($values[$name])) {
                $this->field($name)->rules($values[$name], $before === null ? null : $before[$name], $errors);
            }
        }
        if (isset($values['custom_fields'])) {
            $this->field('custom_fields')->rules(
                $values['custom_fields'],
                $before === null ? [] : $before['custom_fields'],
                'custom_fields',
                $errors
            );
        }
        $id = $before === null ? '0' : $before['id'];
        $group = in_array('product_group_id', $unknown, true)
            ? null
            : self::effective('product_group_id', $values, $before);
        if (isset($values['slug']) && $group !== null && $this->field('slug')->isTaken($values['slug'], $group, $id)) {
            $errors->taken('slug', 'Another product of this group has this slug');
        }
    }

    /** Deleting a custom field also deletes the customers' values. */
    public function refuseDataLoss(array $values, ?array $before, bool $lock): void
    {
        foreach (isset($values['custom_fields']) ? $values['custom_fields'] : [] as $given) {
            if (!$given->removed) {
                continue;
            }
            $this->refuseRemoval('custom field', $before['custom_fields'][(int) $given->id]);
            $this->context->lookups()->needed('tblcustomfieldsvalues', ['fieldid', 'value']);
            $query = $this->context->db()->table('tblcustomfieldsvalues')
                ->select('id')->where('fieldid', (int) $given->id)->where('value', '<>', '');
            $count = count($this->context->db()->rows($lock ? $query->lockForUpdate() : $query));
            if ($count > 0) {
                $name = $before['custom_fields'][(int) $given->id]['name'];
                throw Failure::inUse(
                    sprintf('The custom field "%s" (%s)', $name, $given->id),
                    [['kind' => 'values', 'count' => $count]]
                );
            }
        }
    }

    private function toplinkRules(array $values, ?array $before, array $unknown, Errors $errors): void
    {
        $toplink = $this->context->config()->toplinkModule();
        if (self::effective('module', $values, $before) !== $toplink && !in_array('module', $unknown, true)) {
            $errors->invalid('toplink_dcim', 'is only for products of the module ' . $toplink);
        }
        $options = isset($values['module_options']) ? $values['module_options'] : [];
        foreach ($this->field('toplink_dcim')->numbers($values['toplink_dcim']) as $key => $number) {
            if (array_key_exists($number, $options)) {
                $errors->invalid(
                    'toplink_dcim.' . $key,
                    'is option ' . $number . ', which module_options also contains'
                );
            }
        }
    }

    /** Creation goes through WHMCS's own action, hidden until everything is in place. */
    public function insert(array $values): string
    {
        $parameters = [
            'name' => $values['name'],
            'gid' => (int) $values['product_group_id'],
            'type' => $this->field('type')->columns($values['type'], [])['type'],
            'paytype' => $this->field('pay_type')->columns($values['pay_type'], [])['paytype'],
            'hidden' => 1,
        ];
        if (isset($values['slug'])) {
            $parameters['slug'] = $values['slug'];
        }
        if (!empty($values['recommended_product_ids'])) {
            $parameters['recommendations'] = [];
            foreach ($values['recommended_product_ids'] as $order => $recommended) {
                $parameters['recommendations'][] = ['id' => (int) $recommended, 'order' => $order];
            }
        }
        if (isset($values['on_demand_renewal'])) {
            $parameters += $this->field('on_demand_renewal')->parameters($values['on_demand_renewal']);
        }
        $this->made = null;
        $this->made = (string) (int) ThirdParty::api('AddProduct', $parameters)['pid'];
        $this->context->db()->mustBeInTransaction();
        $this->initialise($this->made, $values);

        return $this->made;
    }

    /** AddProduct may change the name, so the name is written again. Each currency gets a price row. */
    public function initialise(string $id, array $values): void
    {
        $this->query()->where('id', (int) $id)->update($this->field('name')->columns($values['name'], []));
        $this->field('pricing')->reset($id);
    }

    public function made(): ?string
    {
        return $this->made;
    }

    /** A product must not be on sale before everything else is in place. */
    public function lastFields(): array
    {
        return ['hidden'];
    }

    public function finish(string $id, array $values, ?array $before): void
    {
        if (isset($values['module_options'])) {
            $this->field('module_options')->markSecrets((string) self::effective('module', $values, $before));
        }
        $this->rewritePrices($id, $values, $before);
        $this->written = isset($values['custom_fields']) ? $values['custom_fields'] : null;
        if (
            $before !== null
            && isset($values['product_group_id'])
            && !isset($values['slug'])
            && $this->field('slug')->isSupported()
            && $values['product_group_id'] !== $before['product_group_id']
        ) {
            $this->field('slug')->move($id, $values['product_group_id'], $before['slug']);
        }
    }

    public function references(string $id, bool $lock = false): array
    {
        $lookups = $this->context->lookups();
        $lookups->needed('tblhosting', ['packageid']);

        return [
            ['kind' => 'services', 'count' => $lookups->count('tblhosting', 'packageid', $id, $lock)],
            // The following rows belong to no customer. They may have no index, so a lock would be on the whole table.
            // They are counted without locks.
            ['kind' => 'bundles', 'count' => $this->bundles((int) $id)],
            ['kind' => 'promotions', 'count' => $this->promotions((int) $id)],
        ];
    }

    /** A bundle keeps its items as a serialized list (seen). */
    private function bundles(int $id): int
    {
        if (!$this->context->schema()->has('tblbundles', 'itemdata')) {
            return 0;
        }
        $count = 0;
        foreach ($this->context->db()->rows($this->context->db()->table('tblbundles')->select('itemdata')) as $row) {
            $items = ThirdParty::call(function () use ($row) {
                return unserialize((string) $row['itemdata'], ['allowed_classes' => false]);
            });
            foreach (is_array($items) ? $items : [] as $item) {
                if (
                    is_array($item)
                    && isset($item['pid'])
                    && (int) $item['pid'] === $id
                    && (!isset($item['type']) || $item['type'] === 'product')
                ) {
                    $count++;
                    break;
                }
            }
        }

        return $count;
    }

    /** A promotion lists the products that it applies to, or requires, with commas (seen). */
    private function promotions(int $id): int
    {
        $columns = array_values(array_filter(['appliesto', 'requires'], function (string $column): bool {
            return $this->context->schema()->has('tblpromotions', $column);
        }));
        if (!$columns) {
            return 0;
        }
        $count = 0;
        foreach ($this->context->db()->rows($this->context->db()->table('tblpromotions')->select($columns)) as $row) {
            $count += in_array((string) $id, array_map('trim', explode(',', implode(',', $row))), true) ? 1 : 0;
        }

        return $count;
    }

    /** A deleted product leaves the lists of other products and of option groups. */
    public function affects(string $op, ?string $id, array $values, ?array $before): array
    {
        if ($op !== 'delete') {
            return [];
        }
        $recommendations = $this->context->config()->recommendations();
        $recommended = $recommendations['recommended'];
        $affected = [];
        foreach (
            [
            ['product', $recommendations['table'], $recommendations['product'], $recommended],
            ['product', self::UPGRADES, 'product_id', 'upgrade_product_id'],
            ['configurable_option_group', 'tblproductconfiglinks', 'gid', 'pid'],
            ] as list($kind, $table, $owner, $column)
        ) {
            if ($this->context->schema()->has($table, $owner) && $this->context->schema()->has($table, $column)) {
                $query = $this->context->db()->table($table)->select($owner)->where($column, (int) $id)->where(
                    $owner,
                    '<>',
                    $kind === 'product' ? (int) $id : 0
                );
                $affected[] = [$kind, array_column($this->context->db()->rows($query), $owner)];
            }
        }

        return $affected;
    }

    public function remove(string $id): void
    {
        $this->remarks = (new ProductRemoval($this->context, $this))->run($id);
        parent::remove($id);
    }

    public function remarks(): array
    {
        return $this->remarks;
    }

    public function hook(string $op): ?array
    {
        return [self::HOOKS[$op], 'pid'];
    }

    public function hookVariables(string $id): ?array
    {
        $row = $this->context->db()->row($this->query()->where('id', (int) $id));
        if ($row === null) {
            return null;
        }
        foreach ($this->field('module_options')->read($row, null)['secret'] as $number) {
            // A hook may put its variables into the text of an exception.
            $this->context->secrets()->remember($row['configoption' . $number]);
        }

        return ProductEditVariables::of($this, $row);
    }
}
