<?php

declare(strict_types=1);

namespace TerraformCompanion\Kind;

use TerraformCompanion\Errors;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

final class ProductGroup extends Kind
{
    /** The features that the order form lists for a group (seen, in a dump of a database). */
    private const FEATURES = 'tblproduct_group_features';

    public function name(): string
    {
        return 'product_group';
    }

    public function tables(): array
    {
        return ['tblproductgroups', 'tblproducts_slugs', self::FEATURES];
    }

    public function usage(array $ids): array
    {
        return $this->context->lookups()->counts($ids, ['products' => ['tblproducts', 'gid']]);
    }

    public function rules(array $values, ?array $before, array $unknown, Errors $errors): void
    {
        if (isset($values['slug']) && $this->slugTaken($values['slug'], $before === null ? null : $before['id'])) {
            $errors->taken('slug', 'Another product group has this slug');
        }
    }

    public function insert(array $values): string
    {
        if (!isset($values['order'])) {
            $values['order'] = (int) $this->query()->max('order') + 1;
        }
        if (!isset($values['slug']) && $this->field('slug')->isSupported()) {
            $values['slug'] = $this->makeSlug($values['name']);
        }

        return parent::insert($values);
    }

    public function references(string $id, bool $lock = false): array
    {
        $this->context->lookups()->needed('tblproducts', ['gid']);

        return [['kind' => 'products', 'count' => $this->context->lookups()->count('tblproducts', 'gid', $id, $lock)]];
    }

    /** Product slugs carry the slug of their group (seen, 8.3). */
    public function finish(string $id, array $values, ?array $before): void
    {
        if (
            $before !== null
            && isset($values['slug'])
            && $this->context->schema()->has('tblproducts_slugs', 'group_slug')
        ) {
            $slugs = $this->context->db()->table('tblproducts_slugs')->where('group_id', (int) $id)->where('active', 1);
            $this->byId($slugs)->update(['group_slug' => $values['slug']]);
        }
    }

    public function remove(string $id): void
    {
        if ($this->context->schema()->has(self::FEATURES, 'product_group_id')) {
            $features = $this->context->db()->table(self::FEATURES)->where('product_group_id', (int) $id);
            $this->byId($features)->delete();
        }
        parent::remove($id);
    }

    /** The address of a product contains the slug of its group. */
    public function affects(string $op, ?string $id, array $values, ?array $before): array
    {
        if (
            $op !== 'update'
            || !isset($values['slug'])
            || $values['slug'] === $before['slug']
            || !$this->context->schema()->has('tblproducts_slugs', 'group_slug')
        ) {
            return [];
        }
        $query = $this->context->db()->table('tblproducts_slugs')
            ->select('product_id')->where('group_id', (int) $id)->where('active', 1);

        return [['product', array_column($this->context->db()->rows($query), 'product_id'), self::NOT_SHOWN]];
    }

    private function makeSlug(string $name): string
    {
        $base = trim(preg_replace('/[^a-z0-9]+/', '-', strtolower($name)), '-');
        $base = $base === '' ? 'group' : substr($base, 0, 100);
        $slug = $base;
        for ($number = 2; $this->slugTaken($slug, null); $number++) {
            $slug = $base . '-' . $number;
        }

        return $slug;
    }

    private function slugTaken(string $slug, ?string $exceptId): bool
    {
        $query = $this->query()->where('slug', $slug);

        return ($exceptId === null ? $query : $query->where('id', '<>', (int) $exceptId))->count() > 0;
    }
}
