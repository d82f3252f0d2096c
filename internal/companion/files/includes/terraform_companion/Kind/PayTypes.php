<?php

declare(strict_types=1);

namespace TerraformCompanion\Kind;

use TerraformCompanion\Errors;
use TerraformCompanion\Field\Pricing;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The rules of objects with the fields pay_type and pricing. One-time and monthly prices use the same column (seen).
 */
trait PayTypes
{
    protected function payTypeRules(array $values, ?array $before, array $unknown, Errors $errors): void
    {
        $payType = self::effective('pay_type', $values, $before);
        if (isset($values['pricing']) && !in_array('pay_type', $unknown, true)) {
            $this->pricingRules($values['pricing'], $payType, $errors);
        }
        if (
            $this->changesPayType($values, $before)
            && $values['pay_type'] !== 'free'
            && !in_array('pricing', $unknown, true)
        ) {
            // A price that is not in the request would change its meaning.
            foreach (array_filter($before['pricing']) as $code => $cycles) {
                if (!isset($values['pricing'][$code])) {
                    $errors->invalid(
                        "pricing.$code",
                        'has prices of the pay type ' . $before['pay_type']
                            . '. Add new prices for this currency, or {} to remove its prices'
                    );
                }
            }
        }
    }

    private function pricingRules(array $pricing, ?string $payType, Errors $errors): void
    {
        $allowed = Pricing::cycles($payType);
        foreach ($pricing as $code => $cycles) {
            foreach (array_diff_key($cycles, $allowed) as $cycle => $price) {
                $errors->invalid("pricing.$code.$cycle", 'is not a billing cycle of the pay type ' . $payType);
            }
        }
    }

    private function changesPayType(array $values, ?array $before): bool
    {
        return $before !== null && isset($values['pay_type']) && $values['pay_type'] !== $before['pay_type'];
    }

    /** Under another pay type the columns have another meaning. Equal prices must therefore be written too. */
    protected function rewritePrices(string $id, array $values, ?array $before): void
    {
        if ($this->changesPayType($values, $before) && isset($values['pricing'])) {
            $this->field('pricing')->save($id, $values['pricing'], $values + $before);
        }
    }
}
