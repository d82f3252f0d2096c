<?php

declare(strict_types=1);

namespace TerraformCompanion\Field;

use TerraformCompanion\Errors;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The TopLink module's product settings by name. Assumed: they are options 1 to 10 in the order of the module's screen.
 * companion.local.php can correct the numbers.
 */
class TopLinkOptions extends Composite
{
    public function __construct(string $name)
    {
        $parts = [];
        foreach (['connection_node', 'data_center', 'package', 'suspend_action', 'terminate_action'] as $text) {
            $parts[] = new Text($text, ['codec' => false]);
        }
        foreach (
            [
            'client_vnc', 'client_power', 'client_reinstall', 'client_port_limits', 'client_hardware_info',
            ] as $switch
        ) {
            $parts[] = new Boolean($switch);
        }
        parent::__construct($name, $parts);
    }

    public function columnNames(): array
    {
        return ['configoption1'];
    }

    public function check($value, string $path, Errors $errors)
    {
        $checked = parent::check($value, $path, $errors);
        $columns = array_map(function (int $number): string {
            return 'configoption' . $number;
        }, $this->context->config()->toplinkOptions());
        $this->checkColumns($checked, $columns, $path, $errors);

        return $checked;
    }

    /** @return int[] option number by the given keys */
    public function numbers(array $value): array
    {
        return array_intersect_key($this->context->config()->toplinkOptions(), $value);
    }

    /** Checks values against what the module declares. */
    public function resolve(array $value, ModuleOptions $options, string $module, Errors $errors): void
    {
        $declared = $options->known($module);
        foreach ($this->numbers($value) as $key => $number) {
            $path = $this->name . '.' . $key;
            if (isset($declared[$number]) && $declared[$number]['type'] === 'password') {
                $errors->unsupported(
                    $path,
                    'is option ' . $number
                        . ', which the module declares as a password. Correct the numbers in companion.local.php: '
                        . 'toplink => options'
                );
                continue;
            }
            $options->checkValue($declared, $number, self::stored($value[$key]), $module, $path, $errors);
        }
    }

    public function read(array $row, $related)
    {
        $config = $this->context->config();
        if ((string) $row['servertype'] !== $config->toplinkModule() || !$config->toplinkOptions()) {
            return null;
        }
        $value = [];
        $types = (array) $this->context->modules()->optionTypes((string) $row['servertype']);
        $secrets = array_keys($types, 'password', true);
        foreach ($this->context->config()->toplinkOptions() as $key => $number) {
            if (in_array($number, $secrets, true)) {
                // The numbers are an assumption: where it is wrong, no password may be read by the name of something
                // else.
                $value[$key] = null;
                continue;
            }
            $stored = ModuleOptions::decode($this->context, (string) $row['configoption' . $number]);
            $value[$key] = $this->parts[$key] instanceof Boolean ? Boolean::isOn($stored) : $stored;
        }

        return $value;
    }

    public function columns($value, array $before): array
    {
        $columns = [];
        foreach ($this->numbers($value) as $key => $number) {
            $columns['configoption' . $number] = ModuleOptions::encode($this->context, self::stored($value[$key]));
        }

        return $columns;
    }

    /**
     * @param mixed $value
     */
    private static function stored($value): string
    {
        return is_bool($value) ? ($value ? 'on' : '') : $value;
    }
}
