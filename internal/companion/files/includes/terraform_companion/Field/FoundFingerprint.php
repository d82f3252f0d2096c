<?php

declare(strict_types=1);

namespace TerraformCompanion\Field;

use TerraformCompanion\Secrets;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The fingerprint of a secret that this field does not write.
 */
final class FoundFingerprint extends Found
{
    public function present($value)
    {
        return Secrets::fingerprintOrMask($value);
    }
}
