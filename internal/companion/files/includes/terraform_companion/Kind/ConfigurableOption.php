<?php

declare(strict_types=1);

namespace TerraformCompanion\Kind;

use TerraformCompanion\Field\Boolean;
use TerraformCompanion\Field\Choice;
use TerraformCompanion\Field\Integer;
use TerraformCompanion\Field\Parts;
use TerraformCompanion\Field\Text;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * One option of a configurable option group. Customers' choices refer to its id.
 */
final class ConfigurableOption extends Part
{
    private const TYPES = ['dropdown' => 1, 'radio' => 2, 'yes_no' => 3, 'quantity' => 4];

    public function name(): string
    {
        return 'configurable_option';
    }

    public function table(): string
    {
        return 'tblproductconfigoptions';
    }

    public function ownerColumn(): string
    {
        return 'gid';
    }

    protected function define(): array
    {
        return [
            new Text('name', ['column' => 'optionname', 'required' => true]),
            new Choice('type', ['column' => 'optiontype', 'choices' => self::TYPES, 'default' => 'dropdown']),
            new Integer('quantity_minimum', ['column' => 'qtyminimum']),
            new Integer('quantity_maximum', ['column' => 'qtymaximum']),
            new Integer('order', ['column' => 'order']),
            new Boolean('hidden', ['column' => 'hidden']),
            new Parts('sub_options', ['kind' => ConfigurableSubOption::class]),
        ];
    }

    public function remove(string $id): void
    {
        $this->field('sub_options')->part()->removeOfOwner($id);
        parent::remove($id);
    }
}
