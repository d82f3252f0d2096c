<?php

declare(strict_types=1);

namespace TerraformCompanion\Field;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Fingerprints of the settings of an addon module that are secrets, or not known to be none.
 */
final class AddonFingerprints extends Fingerprints
{
    public function read(array $row, $related)
    {
        return $row['hidden'];
    }
}
