<?php

declare(strict_types=1);

namespace TerraformCompanion\Field;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The slug in a product's URL: the active row of tblproducts_slugs (seen, 8.3). Older slugs stay as redirects.
 */
class ProductSlug extends Text
{
    private const TABLE = 'tblproducts_slugs';

    public function hasCodec(): bool
    {
        return false;
    }

    public function isSupported(): bool
    {
        foreach (['product_id', 'group_id', 'group_slug', 'slug', 'active'] as $column) {
            if (!$this->context->schema()->has(self::TABLE, $column)) {
                return false;
            }
        }

        return true;
    }

    public function prefetch(array $rows, bool $lock = false): array
    {
        $query = $this->context->db()->table(self::TABLE)->select('product_id', 'slug')->where('active', 1)
            ->whereIn('product_id', array_column($rows, 'id'))->orderBy('id');
        $slugs = [];
        foreach ($this->context->db()->rows(self::locked($query, $lock)) as $row) {
            $slugs[(int) $row['product_id']] = (string) $row['slug'];
        }

        return $slugs;
    }

    public function read(array $row, $related)
    {
        return (string) $related;
    }

    public function columns($value, array $before): array
    {
        return [];
    }

    public function isTaken(string $slug, string $groupId, string $exceptId): bool
    {
        return $this->context->db()->table(self::TABLE)
            ->where('active', 1)->where('slug', $slug)->where('group_id', (int) $groupId)
            ->where('product_id', '<>', (int) $exceptId)->count() > 0;
    }

    public function save(string $id, $value, array $effective): void
    {
        $groupId = (int) $effective['product_group_id'];
        $query = $this->context->db()->table('tblproductgroups')->select('slug')->where('id', $groupId);
        $group = $this->context->db()->row($query);
        $former = $this->context->db()->table(self::TABLE)->where('product_id', (int) $id);
        $this->byId($former)->update(['active' => 0]);
        $row = ['product_id' => (int) $id, 'group_id' => $groupId, 'slug' => $value];
        $columns = ['active' => 1, 'group_slug' => (string) $group['slug']];
        $same = $this->context->db()->table(self::TABLE)->where($row);
        if ((clone $same)->count() > 0) {
            $this->byId($same)->update($columns);
        } else {
            $this->context->db()->table(self::TABLE)->insert(
                $row + $columns + $this->context->schema()->blanks(self::TABLE)
            );
        }
    }

    /**
     * A product that moves takes its address to the new group, with its id added where the group has that address
     * already.
     */
    public function move(string $id, string $groupId, ?string $slug): void
    {
        if ((string) $slug !== '') {
            $slug = $this->isTaken($slug, $groupId, $id) ? $slug . '-' . $id : $slug;
            $this->save($id, $slug, ['product_group_id' => $groupId]);
        }
    }
}
