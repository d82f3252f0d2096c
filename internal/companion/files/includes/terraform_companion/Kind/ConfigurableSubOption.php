<?php
namespace TerraformCompanion\Kind;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

use TerraformCompanion\Field\Boolean;
use TerraformCompanion\Field\Integer;
use TerraformCompanion\Field\OptionPricing;
use TerraformCompanion\Field\Text;

/**
 * One choice that an option offers, with its prices. Customers' choices refer to its id.
 */
final class ConfigurableSubOption extends Part
{
    public function name()
    {
        return 'configurable_sub_option';
    }

    public function table()
    {
        return 'tblproductconfigoptionssub';
    }

    public function ownerColumn()
    {
        return 'configid';
    }

    protected function define()
    {
        return [
            new Text('name', ['column' => 'optionname', 'required' => true]),
            new Integer('order', ['column' => 'sortorder']),
            new Boolean('hidden', ['column' => 'hidden']),
            new OptionPricing('pricing'),
        ];
    }

    /** Every currency gets a row: WHMCS finds no price otherwise. */
    public function insert(array $values)
    {
        $id = parent::insert($values);
        $this->field('pricing')->reset($id);

        return $id;
    }

    public function remove($id)
    {
        $this->context->db()->table(OptionPricing::TABLE)->where(['type' => OptionPricing::TYPE, 'relid' => (int) $id])->delete();
        parent::remove($id);
    }
}
