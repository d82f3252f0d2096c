<?php

declare(strict_types=1);

namespace TerraformCompanion\Field;

use TerraformCompanion\Errors;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Fingerprints by name, read only.
 */
abstract class Fingerprints extends Field
{
    public function isScalar(): bool
    {
        return false;
    }

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
            return [['field' => $this->name, 'expected' => '********', 'actual' => (object) $actual]];
        }
        $differences = [];
        foreach ($given as $key => $print) {
            $found = isset($actual[$key]) ? $actual[$key] : '';
            if (($print === null ? '' : $print) !== $found) {
                // A caller that puts the secret itself in the fingerprint's place does not get it back.
                $shown = is_string($print) && preg_match('/^([0-9a-f]{32})?$/D', $print) ? $print : '********';
                $differences[] = ['field' => $this->name . '.' . $key, 'expected' => $shown, 'actual' => $found];
            }
        }

        return $differences;
    }

    public function present($value)
    {
        return (object) $value;
    }
}
