<?php

declare(strict_types=1);

namespace TerraformCompanion\Field;

use TerraformCompanion\Errors;
use TerraformCompanion\Secrets;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Fingerprints by name, read only.
 */
abstract class Fingerprints extends KeyedField
{
    public function isReadOnly(): bool
    {
        return true;
    }

    public function check($value, string $path, Errors $errors): void
    {
        throw new \LogicException($this->name . ' is only read');
    }

    public function differences($given, $actual): array
    {
        if (!is_array($given)) {
            return [['field' => $this->name, 'expected' => Secrets::MASK, 'actual' => (object) $actual]];
        }

        return parent::differences($given, $actual);
    }

    protected function keyDifference(string $key, $item, $actual): ?array
    {
        $found = isset($actual[$key]) ? $actual[$key] : '';

        return ($item === null ? '' : $item) === $found ? null : [Secrets::fingerprintOrMask($item), $found];
    }
}
