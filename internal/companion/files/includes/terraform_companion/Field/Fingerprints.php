<?php
namespace TerraformCompanion\Field;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

use TerraformCompanion\Errors;

/**
 * Fingerprints by name, read only.
 */
abstract class Fingerprints extends Field
{
    public function isScalar()
    {
        return false;
    }

    public function isReadOnly()
    {
        return true;
    }

    public function check($value, $path, Errors $errors)
    {
        throw new \LogicException($this->name . ' is only read');
    }

    public function differences($given, $actual)
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
