<?php

declare(strict_types=1);

namespace TerraformCompanion\Field;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The fingerprint of a secret that this field does not write.
 */
final class FoundFingerprint extends Found
{
    /** A caller that puts the secret itself in the fingerprint's place does not get it back. */
    public function present($value)
    {
        return is_string($value) && preg_match('/^([0-9a-f]{32})?$/D', $value) ? $value : '********';
    }
}
