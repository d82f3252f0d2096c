<?php

declare(strict_types=1);

namespace TerraformCompanion\Kind;

use TerraformCompanion\Field\Boolean;
use TerraformCompanion\Field\Choice;
use TerraformCompanion\Field\Integer;
use TerraformCompanion\Field\Text;
use TerraformCompanion\Field\TextList;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * One custom field of a product. What customers entered refers to its id (tblcustomfieldsvalues).
 */
final class CustomField extends Part
{
    private const TYPES = [
        'text' => 'text',
        'link' => 'link',
        'password' => 'password',
        'dropdown' => 'dropdown',
        'tick_box' => 'tickbox',
        'text_area' => 'textarea',
    ];

    public function name(): string
    {
        return 'custom_field';
    }

    public function table(): string
    {
        return 'tblcustomfields';
    }

    public function ownerColumn(): string
    {
        return 'relid';
    }

    protected function define(): array
    {
        return [
            new Text('name', ['column' => 'fieldname', 'required' => true]),
            new Choice('type', ['column' => 'fieldtype', 'choices' => self::TYPES, 'default' => 'text']),
            new Text('description', ['column' => 'description']),
            new TextList('options', ['column' => 'fieldoptions', 'separator' => ',', 'codec' => true]),
            new Text('validation_regex', ['column' => 'regexpr']),
            new Boolean('admin_only', ['column' => 'adminonly']),
            new Boolean('required', ['column' => 'required']),
            new Boolean('show_on_order_form', ['column' => 'showorder']),
            new Boolean('show_on_invoice', ['column' => 'showinvoice']),
            new Integer('order', ['column' => 'sortorder']),
        ];
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
            $this->context->db()->table('tblcustomfieldsvalues')->where('fieldid', (int) $id)->delete();
        }
        parent::remove($id);
    }
}
