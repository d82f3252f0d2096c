<?php

declare(strict_types=1);

namespace TerraformCompanion\Field;

use TerraformCompanion\Codecs;
use TerraformCompanion\Context;
use TerraformCompanion\Errors;
use TerraformCompanion\Secrets;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The module settings configoption1…24. Requests name an option by its number or by the name that the module
 * declares; rows show the numbers of all that are not empty. Those that are passwords, or not known to be none, are
 * shown as fingerprints, by ModuleOptionFingerprints.
 *
 * Internal form of rows: `plain` texts and `hidden` fingerprints by number, and the numbers of `secret` options; of
 * requests: texts by key.
 */
class ModuleOptions extends PartlySecretTexts
{
    public const COUNT = 24;

    /** No codec is found by evidence for what belongs to other people's modules; the operator can choose one. */
    public const CODEC = 'product.module_options';

    /** @var int[]|null number by name as declared by the module that the stored product has, once it has been asked */
    private $storedNumbers;

    /** @var int[] number by the key that the request used */
    private $resolved = [];

    public function columnNames(): array
    {
        return ['configoption1', 'servertype'];
    }

    /**
     * @param mixed $key
     */
    public static function isNumber($key): bool
    {
        return preg_match('/^([1-9]|1[0-9]|2[0-4])$/D', (string) $key) === 1;
    }

    public function check($value, string $path, Errors $errors)
    {
        if (!$value instanceof \stdClass) {
            $errors->invalid($path, 'must be an object of texts');

            return [];
        }
        $checked = [];
        foreach ((array) $value as $key => $text) {
            if ($text === null) {
                continue;
            }
            $problem = Text::problem($text);
            if ($problem === null) {
                $stored = self::encode($this->context, $text);
                $problem = Text::columnProblem(
                    $this->context->schema()->column($this->kind->table(), 'configoption1'),
                    $stored
                );
            }
            if ($problem === null && preg_match('/^[0-9]+$/D', (string) $key) && !self::isNumber($key)) {
                $problem = 'is not an option number from 1 to ' . self::COUNT;
            }
            if ($problem !== null) {
                $errors->invalid($path . '.' . $key, $problem);
            }
            $checked[(string) $key] = $text;
        }

        return $checked;
    }

    /**
     * Begins a write: forgets an earlier one of the same request, and learns the names that `expect` may use.
     *
     * @param string|null $storedModule null where the write touches no options, so that no module is asked
     */
    public function begin(?string $storedModule): void
    {
        $this->resolved = [];
        $this->storedNumbers = $storedModule === null ? null : self::numbers($this->declared($storedModule));
    }

    /**
     * Turns names into numbers and checks values against what the module declares.
     *
     * @return array value by number
     */
    public function resolve(array $value, string $module, Errors $errors): array
    {
        $declared = $this->declared($module);
        $numbers = self::numbers($declared);
        $byNumber = [];
        foreach ($value as $key => $text) {
            $path = $this->name . '.' . $key;
            $number = self::isNumber($key) ? (int) $key : (isset($numbers[$key]) ? $numbers[$key] : 0);
            if ($number === 0) {
                $names = array_column($declared, 'name');
                $errors->invalid(
                    $path,
                    $names
                        ? 'is not an option of the module, which has ' . implode(', ', $names)
                        : 'is not an option: the product has no module that declares any'
                );
                continue;
            }
            if (array_key_exists($number, $byNumber)) {
                $errors->invalid($path, 'is option ' . $number . ', which is given twice');
            }
            $this->resolved[$key] = $number;
            $byNumber[$number] = $text;
            self::checkChoice($declared, $number, $text, $path, $errors);
            self::refuseDoubt($this->context, $declared, $number, $text, $path, $errors);
        }

        return $byNumber;
    }

    /**
     * Refuses characters whose stored form is not known in this WHMCS. Values that the module itself declares pass.
     */
    public static function refuseDoubt(
        Context $context,
        array $declared,
        int $number,
        string $text,
        string $path,
        Errors $errors
    ): void {
        if (
            $context->codecs()->ofModules(self::CODEC) === null
            && Codecs::encode('entity', $text) !== $text
            && !isset($declared[$number]['choices'])
        ) {
            $errors->unsupported($path, Codecs::doubt(self::CODEC));
        }
    }

    public static function encode(Context $context, string $text): string
    {
        return Codecs::encode((string) $context->codecs()->ofModules(self::CODEC), $text);
    }

    public static function decode(Context $context, string $stored): string
    {
        return Codecs::decode((string) $context->codecs()->ofModules(self::CODEC), $stored);
    }

    /** @return array[] what the module declares, by number; nothing where it is not installed */
    public function declared(string $module): array
    {
        if (!$this->context->modules()->has((string) $module)) {
            return [];
        }

        return array_column($this->context->modules()->schema($module)['options'], null, 'number');
    }

    /** @return int[] number by name; a machine name wins over a shown one where both claim a word */
    private static function numbers(array $declared): array
    {
        return array_column($declared, 'number', 'name') + array_column($declared, 'number', 'label');
    }

    public static function checkChoice(array $declared, int $number, string $text, string $path, Errors $errors): void
    {
        if ($text === '' || !isset($declared[$number]['choices'])) {
            return;
        }
        $choices = $declared[$number]['choices'];
        if (!in_array($text, $choices, true)) {
            $errors->invalid($path, 'must be one of ' . implode(', ', array_map(function (string $choice): string {
                return $choice === '' ? '""' : $choice;
            }, $choices)));
        }
    }

    /** @return int[] number by the key that the request used */
    public function resolved(): array
    {
        return $this->resolved;
    }

    public function read(array $row, $related)
    {
        $value = ['plain' => [], 'hidden' => [], 'secret' => $this->secretNumbers((string) $row['servertype'])];
        for ($number = 1; $number <= self::COUNT; $number++) {
            $text = isset($row['configoption' . $number])
                ? self::decode($this->context, (string) $row['configoption' . $number])
                : '';
            if ($text === '') {
                continue;
            }
            if (in_array($number, $value['secret'], true)) {
                $value['hidden'][$number] = $this->context->secrets()->fingerprint($text);
            } else {
                $value['plain'][$number] = $text;
            }
        }

        return $value;
    }

    /** @return int[] numbers of the options that are passwords, or not known to be none */
    private function secretNumbers(string $module): array
    {
        $known = $this->context->modules()->secretOptions($module);
        if ($known !== null) {
            return $known;
        }
        $config = $this->context->config();

        // The TopLink module's file may be encoded, but its settings are known from its screen, and toplink_dcim
        // shows them: none is a password.
        return array_values(array_diff(
            range(1, self::COUNT),
            $module === $config->toplinkModule() ? $config->toplinkOptions() : []
        ));
    }

    public function columns($value, array $before): array
    {
        $columns = [];
        foreach ($value as $number => $text) {
            $columns['configoption' . $number] = self::encode($this->context, $text);
        }

        return $columns;
    }

    /** A key is a number or, in `expect`, a name that the module of the stored product declares. */
    protected function keyDifference(string $key, $item, $actual): ?array
    {
        if (!self::isNumber($key) && $this->storedNumbers === null) {
            // The module has not been asked, as in a dry run, so a name says nothing.
            return null;
        }
        $number = self::isNumber($key)
            ? (int) $key
            : (isset($this->storedNumbers[$key]) ? $this->storedNumbers[$key] : 0);
        $difference = $this->textDifference($number, $item, $actual);
        if ($difference === null) {
            return null;
        }
        list($wanted, $found) = $difference;
        // An option that is empty now may have been a secret before.
        $maySecret = $found === '' && in_array($number, $actual['secret'], true);

        return [is_string($item) && !$maySecret ? $wanted : Secrets::MASK, $found];
    }
}
