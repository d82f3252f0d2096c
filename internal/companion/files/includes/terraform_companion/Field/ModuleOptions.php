<?php

declare(strict_types=1);

namespace TerraformCompanion\Field;

use TerraformCompanion\Codecs;
use TerraformCompanion\Context;
use TerraformCompanion\DeclaredOptions;
use TerraformCompanion\Errors;
use TerraformCompanion\Failure;
use TerraformCompanion\Secrets;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The module settings configoption1…24. Requests name an option by its number or by its declared name. Rows show the
 * numbers of all options that are not empty. ModuleOptionFingerprints shows options that may be passwords.
 *
 * An option is known if the module declared it when a write last called the module. It is also known if the text of the
 * module's file shows the whole declaration. A request marks a secret option with `{"secret": text}`.
 *
 * Internal form of rows: `plain` texts and `hidden` fingerprints by number, and the numbers of `secret` options.
 * Internal form of requests: texts by key.
 */
class ModuleOptions extends PartlySecretTexts
{
    public const COUNT = 24;

    /** The stored text of other modules does not show its codec. The operator can choose one. */
    public const CODEC = 'product.module_options';

    /** @var array|null the stored product. Null for a new one, and if the write has no options. */
    private $stored;

    /** @var array what the module finds as the parameters of the request */
    private $page = [];

    /** @var array[]|null numbers by name, as lists, that the stored product's module declares. Null if not known. */
    private $storedNumbers;

    /** @var int[] number by the key that the request used */
    private $resolved = [];

    /** @var string[] keys of the request's options that are given as secrets */
    private $secretKeys = [];

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
        $this->secretKeys = [];
        foreach ((array) $value as $key => $text) {
            if ($text === null) {
                continue;
            }
            if (self::isSecret($text)) {
                $text = ((array) $text)['secret'];
                $this->context->secrets()->remember($text);
                $this->secretKeys[] = (string) $key;
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
     * Begins a write: forgets an earlier one of the same request.
     *
     * @param array|null $stored the row of the product. Null for a new one, and if the write has no options.
     * @param array      $values the values of the request
     */
    public function begin(?array $stored, array $values): void
    {
        $this->resolved = [];
        $this->stored = $stored;
        $this->storedNumbers = null;
        $group = isset($values['server_group_id']) ? $values['server_group_id'] : null;
        if ($stored !== null && !array_key_exists('server_group_id', $values)) {
            $group = $stored['servergroup'];
        }
        $this->page = self::page($stored === null ? null : (string) $stored['id'], (string) $group);
    }

    /** The parameters that the admin area's page of a product sends, as far as modules read them (seen). */
    public static function page(?string $id, string $serverGroup): array
    {
        return ($id === null ? [] : ['id' => $id]) + ['servergroup' => (string) (int) $serverGroup];
    }

    /**
     * Learns the numbers of options that `expect` gives by name. The module of the stored product is not loaded for
     * it: two modules in one request may declare the same function.
     *
     * @param array $expect as JSON gave it
     */
    public function expectNames(array $expect, Errors $errors): void
    {
        $given = isset($expect[$this->name]) ? (array) $expect[$this->name] : [];
        $names = array_filter(array_map('strval', array_keys($given)), function (string $key): bool {
            return !self::isNumber($key);
        });
        if (!$names || $this->stored === null) {
            return;
        }
        $module = (string) $this->stored['servertype'];
        $this->storedNumbers = $this->context->modules()->optionNumbers($module);
        foreach ($this->storedNumbers === null ? $names : [] as $name) {
            $errors->invalid('expect.' . $this->name . '.' . $name, sprintf(
                'is a name, and the companion does not know the option names of the product\'s module "%s".'
                    . ' Use the number of the option',
                $module
            ));
        }
    }

    /**
     * Turns names into numbers and checks values against what the module declares. If the module's code fails,
     * options are accepted by number.
     *
     * @return array value by number
     */
    public function resolve(array $value, string $module, Errors $errors): array
    {
        $problem = null;
        try {
            $declared = $this->declared($module);
        } catch (Failure $failure) {
            $problem = $failure->details()['errors'][0]['message'];
            $declared = [];
        }
        $numbers = DeclaredOptions::numbers($declared);
        $byNumber = [];
        foreach ($value as $key => $text) {
            $path = $this->name . '.' . $key;
            $found = self::isNumber($key) ? [(int) $key] : (isset($numbers[$key]) ? $numbers[$key] : []);
            $wrong = $problem === null ? self::nameProblem($found, $declared) : null;
            if ($problem !== null && !$found) {
                $errors->unsupported(
                    $path,
                    'is a name, which cannot be resolved. ' . $problem . '. Use the number of the option, 1 to 24'
                );
            } elseif ($wrong !== null) {
                $errors->invalid($path, $wrong);
            } else {
                $this->resolved[$key] = $found[0];
                if (array_key_exists($found[0], $byNumber)) {
                    $errors->invalid($path, 'is option ' . $found[0] . ', which another key also contains');
                }
                $byNumber[$found[0]] = $text;
                $this->checkValue($declared, $found[0], $text, $module, $path, $errors);
            }
        }

        return $byNumber;
    }

    /** @param int[] $found numbers of the options that a key means */
    private static function nameProblem(array $found, array $declared): ?string
    {
        if (!$found) {
            $names = array_filter(array_column($declared, 'name'), 'strlen');

            return $names
                ? 'is not an option of the module. Options: ' . implode(', ', $names)
                : 'is not an option. The product has no module that declares options';
        }
        if (count($found) > 1) {
            return 'is the name of several options. Use one of the numbers ' . implode(', ', $found);
        }

        return $found[0] <= self::COUNT
            ? null
            : 'is option ' . $found[0] . ' of the module. WHMCS stores only the options 1 to ' . self::COUNT;
    }

    /** Checks a value that is not stored already against what the module declares. */
    public function checkValue(
        array $declared,
        int $number,
        string $text,
        string $module,
        string $path,
        Errors $errors
    ): void {
        if (isset($declared[$number]) && $declared[$number]['type'] === 'password') {
            $this->context->secrets()->remember($text);
        }
        if ($this->stored !== null && (string) $this->stored['servertype'] === $module) {
            $stored = self::decode($this->context, (string) $this->stored['configoption' . $number]);
            if ($stored === $text) {
                // The module may no longer offer a stored choice.
                return;
            }
        }
        self::checkChoice($declared, $number, $text, $path, $errors);
        $this->refuseDoubt($declared, $number, $text, $path, $errors);
    }

    /**
     * Refuses characters whose stored form is not known in this WHMCS. Values that the module itself declares pass.
     */
    private function refuseDoubt(array $declared, int $number, string $text, string $path, Errors $errors): void
    {
        if (
            $this->context->codecs()->ofModules(self::CODEC) === null
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

    /** @return array[] the declared options by number. Empty if the module's code fails. */
    public function known(string $module): array
    {
        try {
            return $this->declared($module);
        } catch (Failure $failure) {
            return [];
        }
    }

    /** @return array[] the declared options by number. Empty if the module is not installed. */
    private function declared(string $module): array
    {
        if (!$this->context->modules()->has($module)) {
            return [];
        }
        $end = $this->context->modules()->end($module);
        if ($end !== null) {
            throw Failure::module($end);
        }

        return array_column($this->context->modules()->schema($module, $this->page)['options'], null, 'number');
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

    /** Keeps which options the request has given as secrets. */
    public function markSecrets(string $module): void
    {
        $numbers = array_intersect_key($this->resolved, array_flip($this->secretKeys));
        $this->context->modules()->markSecrets($module, array_values($numbers));
    }

    /** @return int[] number by the key that the request used */
    public function resolved(): array
    {
        return $this->resolved;
    }

    public function read(array $row, $related)
    {
        $plain = $this->plainNumbers((string) $row['servertype']);
        $value = ['plain' => [], 'hidden' => [], 'secret' => array_diff(range(1, self::COUNT), $plain)];
        for ($number = 1; $number <= self::COUNT; $number++) {
            $text = isset($row['configoption' . $number])
                ? self::decode($this->context, (string) $row['configoption' . $number])
                : '';
            if ($text === '') {
                continue;
            }
            if (in_array($number, $plain, true)) {
                $value['plain'][$number] = $text;
            } else {
                $value['hidden'][$number] = $this->context->secrets()->fingerprint($text);
            }
        }

        return $value;
    }

    /** @return int[] numbers of the options that are known not to be passwords */
    private function plainNumbers(string $module): array
    {
        $config = $this->context->config();
        $types = (array) $this->context->modules()->optionTypes($module);
        $passwords = array_keys($types, 'password', true);
        $declared = array_diff(array_keys($types), $this->context->modules()->markedSecrets($module));
        // The TopLink module's file may be encoded, but its settings are known from its screen, and toplink_dcim
        // shows them: none is a password.
        $seen = $module === $config->toplinkModule() ? array_values($config->toplinkOptions()) : [];

        return array_diff(array_merge($declared, $seen), $passwords);
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
        $isSecret = self::isSecret($item);
        $item = $isSecret ? ((array) $item)['secret'] : $item;
        if (!self::isNumber($key) && $this->storedNumbers === null) {
            // A dry run resolves no names.
            return null;
        }
        $number = self::isNumber($key)
            ? (int) $key
            : (isset($this->storedNumbers[$key]) ? $this->storedNumbers[$key][0] : 0);
        $difference = $this->textDifference($number, $item, $actual);
        if ($difference === null) {
            return null;
        }
        list($wanted, $found) = $difference;
        // An option that is empty now may have been a secret before.
        $maySecret = $found === '' && in_array($number, $actual['secret'], true);

        return [is_string($item) && !$isSecret && !$maySecret ? $wanted : Secrets::MASK, $found];
    }
}
