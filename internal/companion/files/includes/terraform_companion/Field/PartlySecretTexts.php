<?php

declare(strict_types=1);

namespace TerraformCompanion\Field;

use TerraformCompanion\Secrets;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Texts by key. Some of them are secrets, and another field shows their fingerprints. Internal form of rows: `plain`
 * texts and `hidden` fingerprints by key. Internal form of requests: texts by key.
 */
abstract class PartlySecretTexts extends KeyedField
{
    public function differences($given, $actual): array
    {
        if (!is_array($given)) {
            return [['field' => $this->name, 'expected' => Secrets::MASK, 'actual' => $this->present($actual)]];
        }

        return parent::differences($given, $actual);
    }

    /**
     * Whether a request gives a text as a secret, whatever the module declares: `{"secret": text}`.
     *
     * @param mixed $item
     */
    protected static function isSecret($item): bool
    {
        return !is_scalar($item) && array_keys((array) $item) === ['secret'];
    }

    /**
     * Compares a given text with what a row has under a key.
     *
     * @param int|string $key   in the row
     * @param mixed      $given
     *
     * @return array|null the wanted value (masked if the row has a secret) and the stored one. Null if they are equal.
     */
    protected function textDifference($key, $given, array $actual): ?array
    {
        $isHidden = isset($actual['hidden'][$key]);
        $found = $isHidden ? $actual['hidden'][$key] : (isset($actual['plain'][$key]) ? $actual['plain'][$key] : '');
        $wanted = $given === null ? '' : $given;
        $isSame = $isHidden && is_string($wanted)
            ? $this->context->secrets()->isSame($wanted, $found)
            : $wanted === $found;

        return $isSame ? null : [$isHidden ? Secrets::MASK : $wanted, $found];
    }

    public function present($value)
    {
        return (object) $value['plain'];
    }
}
