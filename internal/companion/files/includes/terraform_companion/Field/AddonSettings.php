<?php

declare(strict_types=1);

namespace TerraformCompanion\Field;

use TerraformCompanion\Errors;
use TerraformCompanion\Secrets;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The settings that an addon module declares. AddonFingerprints shows settings that may be secrets as fingerprints. A
 * request marks a secret setting with `{"secret": text}`, because most modules declare their secrets as ordinary text.
 */
final class AddonSettings extends PartlySecretTexts
{
    /** @var bool[] whether a setting is given as a secret, by name */
    private $isSecret = [];

    /** Settings that WHMCS keeps beside those that the module declares. */
    public const RESERVED = ['version', 'access'];

    public function check($value, string $path, Errors $errors)
    {
        if (!$value instanceof \stdClass) {
            $errors->invalid($path, 'must be an object of texts');

            return [];
        }
        $checked = [];
        $this->isSecret = [];
        foreach ((array) $value as $key => $text) {
            $key = (string) $key;
            if ($text === null) {
                continue;
            }
            $this->isSecret[$key] = self::isSecret($text);
            if ($this->isSecret[$key]) {
                $text = ((array) $text)['secret'];
                $this->context->secrets()->remember($text);
            }
            $problem = in_array($key, self::RESERVED, true)
                ? 'is a setting of WHMCS and not of the module'
                : Text::problem($text);
            if ($problem === null) {
                $problem = Text::columnProblem($this->context->schema()->column('tbladdonmodules', 'value'), $text);
            }
            if ($problem !== null) {
                $errors->invalid("$path.$key", $problem);
            }
            $checked[$key] = $text;
        }

        return $checked;
    }

    /** Keeps which of the settings given last are secrets. */
    public function markSecrets(string $module): void
    {
        $this->context->addons()->markSecrets($module, $this->isSecret);
    }

    /** Checks settings against what the module declares. A value that is already stored is accepted. */
    public function resolve(string $module, array $value, array $declared, Errors $errors): void
    {
        foreach ($value as $key => $text) {
            $path = $this->name . '.' . $key;
            if (!isset($declared[$key])) {
                $names = array_keys($declared);
                sort($names, SORT_STRING);
                $errors->invalid(
                    $path,
                    $names
                        ? 'is not a setting of the module. Settings: ' . implode(', ', $names)
                        : 'is not a setting of the module. The module declares no settings'
                );
            } elseif ($this->context->addons()->setting($module, (string) $key) !== $text) {
                ModuleOptions::checkChoice([1 => $declared[$key]], 1, $text, $path, $errors);
            }
        }
    }

    public function read(array $row, $related): array
    {
        return ['plain' => $row['plain'], 'hidden' => $row['hidden']];
    }

    public function save(string $id, $value, array $effective): void
    {
        $this->context->addons()->set($id, $value);
    }

    protected function keyDifference(string $key, $item, $actual): ?array
    {
        $isSecret = self::isSecret($item);
        $item = $isSecret ? ((array) $item)['secret'] : $item;
        $difference = $this->textDifference($key, $item, $actual);
        if ($difference === null) {
            return null;
        }
        list($wanted, $found) = $difference;

        return [$isSecret ? Secrets::MASK : $wanted, $found];
    }
}
