<?php

declare(strict_types=1);

namespace TerraformCompanion\Field;

use TerraformCompanion\Errors;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Up to five name servers in ten columns. Empty ones at the end are removed.
 */
class Nameservers extends Field
{
    private const COUNT = 5;

    public function isScalar(): bool
    {
        return false;
    }

    public function columnNames(): array
    {
        $columns = [];
        for ($number = 1; $number <= self::COUNT; $number++) {
            $columns[] = 'nameserver' . $number;
            $columns[] = 'nameserver' . $number . 'ip';
        }

        return $columns;
    }

    public function check($value, string $path, Errors $errors)
    {
        if (!is_array($value) || count($value) > self::COUNT) {
            $errors->invalid($path, 'must be a list of at most ' . self::COUNT . ' name servers');

            return [];
        }
        $checked = [];
        foreach ($value as $index => $item) {
            if (!$item instanceof \stdClass) {
                $errors->invalid($path . '.' . $index, 'must be an object with hostname and ip_address');
                continue;
            }
            $checked[$index] = ['hostname' => '', 'ip_address' => ''];
            foreach ((array) $item as $key => $text) {
                $key = (string) $key;
                if (!isset($checked[$index][$key])) {
                    $errors->invalid("$path.$index.$key", 'is not a known field');
                } elseif ($text !== null) {
                    $this->checkText($text, "$path.$index.$key", $index, $key, $errors);
                    $checked[$index][$key] = $text;
                }
            }
        }

        return $this->trim($checked);
    }

    /**
     * @param mixed $text
     */
    private function checkText($text, string $path, int $index, string $key, Errors $errors): void
    {
        $problem = Text::problem($text);
        if ($problem === null && !preg_match(Text::HOST, $text)) {
            $problem = Text::HOST_HINT;
        }
        if ($problem === null) {
            $column = 'nameserver' . ($index + 1) . ($key === 'ip_address' ? 'ip' : '');
            $problem = Text::columnProblem($this->context->schema()->column($this->kind->table(), $column), $text);
        }
        if ($problem !== null) {
            $errors->invalid($path, $problem);
        }
    }

    public function read(array $row, $related)
    {
        $value = [];
        for ($number = 1; $number <= self::COUNT; $number++) {
            $value[] = [
                'hostname' => (string) $row['nameserver' . $number],
                'ip_address' => (string) $row['nameserver' . $number . 'ip'],
            ];
        }

        return $this->trim($value);
    }

    public function columns($value, array $before): array
    {
        $columns = [];
        for ($number = 1; $number <= self::COUNT; $number++) {
            $item = isset($value[$number - 1]) ? $value[$number - 1] : ['hostname' => '', 'ip_address' => ''];
            $columns['nameserver' . $number] = $item['hostname'];
            $columns['nameserver' . $number . 'ip'] = $item['ip_address'];
        }

        return $columns;
    }

    public function comparableForm($json)
    {
        $value = parent::comparableForm($json);

        return is_array($value) ? $this->trim(array_map(function ($item) {
            return is_array($item) ? array_merge(['hostname' => '', 'ip_address' => ''], $item) : $item;
        }, $value)) : $value;
    }

    private function trim(array $value): array
    {
        while ($value && end($value) === ['hostname' => '', 'ip_address' => '']) {
            array_pop($value);
        }

        return array_values($value);
    }
}
