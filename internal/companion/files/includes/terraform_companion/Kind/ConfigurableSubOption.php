<?php

declare(strict_types=1);

namespace TerraformCompanion\Kind;

use TerraformCompanion\Field\OptionPricing;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * One choice that an option offers, with its prices. Customers' choices refer to its id.
 */
final class ConfigurableSubOption extends Part
{
    public function name(): string
    {
        return 'configurable_sub_option';
    }

    public function ownerColumn(): string
    {
        return 'configid';
    }

    protected function define(): array
    {
        return [
            new OptionPricing('pricing'),
        ];
    }

    /** Every currency gets a row: WHMCS finds no price otherwise. */
    public function insert(array $values): string
    {
        $id = parent::insert($values);
        $this->field('pricing')->reset($id);

        return $id;
    }

    public function remove(string $id): void
    {
        $prices = $this->context->db()->table(OptionPricing::TABLE)->where([
            'type' => OptionPricing::TYPE,
            'relid' => (int) $id,
        ]);
        $this->byId($prices)->delete();
        parent::remove($id);
    }
}
