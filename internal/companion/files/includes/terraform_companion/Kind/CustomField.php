<?php

declare(strict_types=1);

namespace TerraformCompanion\Kind;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * One custom field of a product. What customers entered refers to its id (tblcustomfieldsvalues).
 */
final class CustomField extends Part
{
    public function name(): string
    {
        return 'custom_field';
    }

    public function ownerColumn(): string
    {
        return 'relid';
    }

    /** The table holds the fields of customers, addons and others too. */
    public function query(): object
    {
        return parent::query()->where('type', 'product');
    }

    public function insert(array $values): string
    {
        $id = parent::insert($values);
        $this->context->db()->table($this->table())->where('id', (int) $id)->update(['type' => 'product']);

        return $id;
    }

    /** A module finds its field by the name, or by what stands before `|` in it. */
    public function isTwin(array $values, array $row): bool
    {
        return explode('|', $values['name'], 2)[0] === explode('|', $row['name'], 2)[0];
    }

    public function remove(string $id): void
    {
        if ($this->context->schema()->has('tblcustomfieldsvalues', 'fieldid')) {
            $values = $this->context->db()->table('tblcustomfieldsvalues')->where('fieldid', (int) $id);
            $this->byId($values)->delete();
        }
        parent::remove($id);
    }
}
