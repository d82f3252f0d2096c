<?php
namespace TerraformCompanion\Field;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

use TerraformCompanion\Decimal;

/**
 * What a configurable option adds to a product's price. Unlike a product's, a cycle without a price adds nothing (0.00), and a
 * product that is paid once adds the monthly price (seen).
 */
class OptionPricing extends Pricing
{
    const TYPE = 'configoptions';

    protected function acceptedCycles()
    {
        return self::RECURRING;
    }

    protected function storedCycles($payType)
    {
        return self::RECURRING;
    }

    protected function isLeftOut($price, $fee)
    {
        return Decimal::normal($price) === '0' && Decimal::normal($fee) === '0';
    }

    protected function blankPrice()
    {
        return '0';
    }

    protected static function normal($cycles)
    {
        $normal = parent::normal($cycles);

        return is_array($normal) ? array_diff($normal, ['0 0']) : $normal;
    }
}
