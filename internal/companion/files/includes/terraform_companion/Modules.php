<?php
namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The modules in WHMCS's folders and the functions that server modules declare (documented: MetaData, ConfigOptions, TestConnection).
 */
final class Modules
{
    private $schemas = [];

    /** @param string $type servers or addons  @return string[] */
    public function installed($type)
    {
        $names = [];
        $folder = Config::root() . '/modules/' . $type;
        foreach (is_dir($folder) ? scandir($folder) : [] as $name) {
            if ($name[0] !== '.' && is_file("$folder/$name/$name.php")) {
                $names[] = $name;
            }
        }
        sort($names, SORT_STRING);

        return $names;
    }

    public static function isName($name)
    {
        return preg_match('/^[A-Za-z0-9_-]+$/D', $name) === 1;
    }

    public function has($name)
    {
        return self::isName($name) && is_file(self::file($name));
    }

    /**
     * @return array display_name and options: list of number, name, label, type, default and choices
     */
    public function schema($name)
    {
        if (!isset($this->schemas[$name])) {
            $this->load($name);
            $meta = $this->call($name, 'MetaData', []);
            $declared = $this->call($name, 'ConfigOptions', [['producttype' => 'server', 'isAddon' => false]]);
            $options = [];
            foreach (is_array($declared) ? $declared : [] as $key => $option) {
                $options[] = self::option(count($options) + 1, (string) $key, is_array($option) ? $option : []);
            }
            $this->schemas[$name] = [
                'display_name' => is_array($meta) && isset($meta['DisplayName']) ? (string) $meta['DisplayName'] : $name,
                'options' => $options,
            ];
        }

        return $this->schemas[$name];
    }

    /** @return array success and error */
    public function testConnection($name, array $parameters)
    {
        $this->load($name);
        if (!function_exists($name . '_TestConnection')) {
            throw Failure::unsupported('module', 'the server module ' . $name . ' has no connection test');
        }
        try {
            $answer = $this->call($name, 'TestConnection', [$parameters]);
        } catch (\Throwable $error) {
            return ['success' => false, 'error' => $error->getMessage()];
        }
        $success = is_array($answer) && !empty($answer['success']);
        $text = is_array($answer) && isset($answer['error']) ? (string) $answer['error'] : '';
        if (!$success && $text === '') {
            $text = 'The module reports a failure without a reason';
        }

        return ['success' => $success, 'error' => $success ? '' : $text];
    }

    private static function option($number, $key, array $option)
    {
        $type = strtolower(isset($option['Type']) ? (string) $option['Type'] : 'text');

        return [
            'number' => $number,
            'name' => $key,
            'label' => isset($option['FriendlyName']) ? (string) $option['FriendlyName'] : $key,
            'type' => $type,
            'default' => isset($option['Default']) ? (string) $option['Default'] : '',
            'choices' => self::choices($type, $option),
        ];
    }

    /** A loader fills its choices from the module's own system, so they are not known here. */
    private static function choices($type, array $option)
    {
        if ($type === 'yesno') {
            return ['on', ''];
        }
        if (!in_array($type, ['dropdown', 'radio'], true) || !isset($option['Options']) || isset($option['Loader'])) {
            return null;
        }
        $choices = $option['Options'];
        if (!is_array($choices)) {
            return array_map('trim', explode(',', (string) $choices));
        }
        // A list gives the values themselves, a map gives the shown text by value.
        $isList = array_keys($choices) === range(0, count($choices) - 1);

        return array_map('strval', $isList ? $choices : array_keys($choices));
    }

    private function load($name)
    {
        if (!$this->has($name)) {
            throw Failure::unsupported('module', 'there is no server module ' . $name . ' in this WHMCS');
        }
        $file = self::file($name);
        ThirdParty::call(function () use ($file) {
            require_once $file;
        });
    }

    private function call($name, $function, array $arguments)
    {
        $function = $name . '_' . $function;
        if (!function_exists($function)) {
            return null;
        }

        return ThirdParty::call(function () use ($function, $arguments) {
            return call_user_func_array($function, $arguments);
        });
    }

    private static function file($name)
    {
        return Config::root() . '/modules/servers/' . $name . '/' . $name . '.php';
    }
}
