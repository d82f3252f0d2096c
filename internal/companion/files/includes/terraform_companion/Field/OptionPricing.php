<?php

declare(strict_types=1);

namespace TerraformCompanion\Field;

use TerraformCompanion\Decimal;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The amounts that a configurable option adds to a product's price. Here, a cycle without a price adds nothing
 * (0.00), and a product that is paid once adds the monthly price (seen).
 */
class OptionPricing extends Pricing
{
    public const TYPE = 'configoptions';

    protected function acceptedCycles(): array
    {
        return self::RECURRING;
    }

    protected function storedCycles(?string $payType): array
    {
        return self::RECURRING;
    }

    protected function isLeftOut(string $price, string $fee): bool
    {
        return Decimal::normal($price) === '0' && Decimal::normal($fee) === '0';
    }

    protected function blankPrice(): string
    {
        return '0';
    }

    protected static function normal($cycles)
    {
        $normal = parent::normal($cycles);

        return is_array($normal) ? array_diff($normal, ['0 0']) : $normal;
    }
}
