<?php

declare(strict_types=1);

namespace TerraformCompanion\Field;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * A product addon's prices. A free addon may have no rows (seen).
 */
final class AddonPricing extends Pricing
{
    public const TYPE = 'addon';

    protected function isOneTime(array $row): bool
    {
        return strtolower((string) $row['billingcycle']) === 'onetime';
    }
}
