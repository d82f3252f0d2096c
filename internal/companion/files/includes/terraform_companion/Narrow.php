<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Keeps the locks of a write narrow. InnoDB locks every row that a locking statement reads. Without an index on the
 * column of the condition, that is every row of the table. Several tables of WHMCS have no index but their primary
 * key: tblproducts_slugs, tblproductconfiglinks, tblproducteventactions (seen, in a dump of a database).
 */
final class Narrow
{
    /**
     * Restricts a statement that locks rows to the rows that it finds now, by their ids. The ids are read without
     * locks. The write has locked the object's own row before, so other writes of the companion add no rows to it.
     */
    public static function toIds(Context $context, object $query): object
    {
        if (!$context->schema()->has($query->from, 'id')) {
            return $query;
        }
        $ids = array_column($context->db()->rows((clone $query)->select('id')), 'id');

        return Lookups::among($query, 'id', $ids);
    }
}
