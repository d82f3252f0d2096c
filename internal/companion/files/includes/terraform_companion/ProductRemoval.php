<?php

declare(strict_types=1);

namespace TerraformCompanion;

use TerraformCompanion\Field\Pricing;
use TerraformCompanion\Kind\Product;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Deletes a product's own rows in other tables (list seen in a public module that deletes products). Tables and columns
 * that this WHMCS lacks are left out.
 *
 * A configurable option group is an object of its own, which an administrator or Terraform may manage. It loses the
 * product and stays. The companion cannot know whether a module made it.
 */
final class ProductRemoval
{
    /** Tables of a product beside those that its fields are in. */
    public const TABLES = ['tblproducts_slugs_tracking', 'tblproduct_downloads', 'tblproducteventactions'];

    private const LINKS = 'tblproductconfiglinks';

    private $context;

    private $product;

    public function __construct(Context $context, Product $product)
    {
        $this->context = $context;
        $this->product = $product;
    }

    /** @return string[] remarks about what is left */
    public function run(string $id): array
    {
        $remarks = $this->leftGroups((int) $id);
        $fields = $this->product->field('custom_fields');
        if ($fields->isSupported()) {
            $fields->part()->removeOfOwner($id);
        }
        if ($this->isKnown('tblproducts_slugs', ['id', 'product_id'])) {
            $slugs = $this->context->db()->table('tblproducts_slugs')->select('id')->where('product_id', (int) $id);
            $this->delete('tblproducts_slugs_tracking', ['slug_id' => array_column($this->rows($slugs), 'id')]);
        }
        foreach ($this->owned((int) $id) as list($table, $key)) {
            $this->delete($table, $key);
        }

        return $remarks;
    }

    /** @return array list of table and conditions */
    private function owned(int $id): array
    {
        $recommendations = $this->context->config()->recommendations();
        $renewals = $this->context->config()->onDemandRenewals();

        return [
            ['tblpricing', ['type' => [Pricing::TYPE], 'relid' => [$id]]],
            ['tblproducts_slugs', ['product_id' => [$id]]],
            [self::LINKS, ['pid' => [$id]]],
            [Product::UPGRADES, ['product_id' => [$id]]],
            [Product::UPGRADES, ['upgrade_product_id' => [$id]]],
            [$recommendations['table'], [$recommendations['product'] => [$id]]],
            [$recommendations['table'], [$recommendations['recommended'] => [$id]]],
            [$renewals['table'], ['rel_type' => [$renewals['rel_type']], 'rel_id' => [$id]]],
            ['tblproduct_downloads', ['product_id' => [$id]]],
            ['tblproducteventactions', ['entity_type' => ['product'], 'entity_id' => [$id]]],
        ];
    }

    /** @param array[] $key accepted values by column */
    private function delete(string $table, array $key): void
    {
        if (!$this->isKnown($table, array_keys($key))) {
            return;
        }
        $query = $this->context->db()->table($table);
        foreach ($key as $column => $values) {
            $query->whereIn($column, $values);
        }
        Narrow::toIds($this->context, $query)->delete();
    }

    /** @param string[] $columns */
    private function isKnown(string $table, array $columns): bool
    {
        foreach ($columns as $column) {
            if (!$this->context->schema()->has($table, $column)) {
                return false;
            }
        }

        return true;
    }

    /** @return string[] remarks that name the option groups that no other product offers */
    private function leftGroups(int $id): array
    {
        if (!$this->isKnown(self::LINKS, ['gid', 'pid'])) {
            return [];
        }
        $db = $this->context->db();
        $linked = array_column($this->rows($db->table(self::LINKS)->select('gid')->where('pid', $id)), 'gid');
        $others = $db->table(self::LINKS)->select('gid')->whereIn('gid', $linked)->where('pid', '<>', $id);
        $shared = array_column($this->rows($others), 'gid');
        $kind = $this->context->kinds()->get('configurable_option_group');
        $groups = $kind->query()->select('id', 'name')->whereIn('id', array_diff($linked, $shared))->orderBy('id');
        $remarks = [];
        foreach ($this->rows($groups) as $row) {
            $remarks[] = sprintf(
                'The configurable option group "%s" (%s) belonged only to this product. It was not deleted. If you '
                    . 'do not need it, delete it in WHMCS',
                $kind->field('name')->read($row, null),
                $row['id']
            );
        }

        return $remarks;
    }

    /** @return array[] */
    private function rows(object $query): array
    {
        return $this->context->db()->rows($query);
    }
}
