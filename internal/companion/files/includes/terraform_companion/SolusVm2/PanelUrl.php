<?php

declare(strict_types=1);

namespace TerraformCompanion\SolusVm2;

use TerraformCompanion\Field\Found;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The address of a SolusVM 2 panel: two spellings of one address are the same.
 */
final class PanelUrl extends Found
{
    public function equal($a, $b): bool
    {
        return $a === $b || (is_string($a) && is_string($b) && Panel::address($a) === Panel::address($b));
    }
}
