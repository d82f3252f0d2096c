<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The modules in WHMCS's folders and the functions that they declare (documented: MetaData, ConfigOptions and
 * TestConnection of server modules, config, activate and deactivate of addon modules).
 */
final class Modules
{
    /** The name of a module's folder. */
    public const NAME = '/^[A-Za-z0-9_-]+$/D';

    /** A module says its name near the top of its file. */
    private const HEAD_BYTES = 65536;

    /** A larger file is not looked through. */
    private const FILE_BYTES = 2097152;

    private $store;

    private $schemas = [];

    /** @var array numbers of secret options by module, null where they are not known */
    private $secrets = [];

    public function __construct(Store $store)
    {
        $this->store = $store;
    }

    /**
     * @param string $type servers or addons
     * @return string[]
     */
    public function installed(string $type): array
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

    public static function isName(string $name): bool
    {
        return preg_match(self::NAME, $name) === 1;
    }

    /** @param string $type servers or addons */
    public function has(string $name, string $type = 'servers'): bool
    {
        return self::isName($name) && is_file(self::file($name, $type));
    }

    /**
     * What a module calls itself, read without running any of its code: from whmcs.json (seen), or from its file as
     * plain text.
     *
     * @return string empty where neither says it, such as in an encoded file
     */
    public function displayName(string $name, string $type): string
    {
        $description = dirname(self::file($name, $type)) . '/whmcs.json';
        $json = is_file($description)
            ? Json::decode((string) file_get_contents($description, false, null, 0, self::HEAD_BYTES))
            : null;
        if ($json instanceof \stdClass && isset($json->description->name) && is_string($json->description->name)) {
            return self::shown($json->description->name);
        }
        $text = (string) file_get_contents(self::file($name, $type), false, null, 0, self::HEAD_BYTES);
        $key = $type === 'servers' ? 'DisplayName' : 'name';
        $from = stripos($text, 'function ' . $name . ($type === 'servers' ? '_MetaData' : '_config'));
        $quoted = '/[\'"]' . $key . '[\'"]\s*=>\s*(?:\'((?:[^\'\\\\]|\\\\.)*)\'|"((?:[^"\\\\$]|\\\\.)*)")/';
        if ($from === false || !preg_match($quoted, substr($text, $from), $match)) {
            return '';
        }

        return self::shown(stripslashes(end($match)));
    }

    private static function shown(string $text): string
    {
        $text = mb_convert_encoding($text, 'UTF-8', 'UTF-8');

        return trim(mb_substr((string) preg_replace('/\p{Cc}+/u', ' ', $text), 0, 255));
    }

    /**
     * What an addon module declares of itself, by running its code.
     *
     * @return array name, version and fields: type, default and choices by name
     */
    public function addon(string $name): array
    {
        $this->load($name, 'addons');
        $declared = $this->call($name, 'config', []);
        $declared = is_array($declared) ? $declared : [];
        $fields = [];
        $given = isset($declared['fields']) && is_array($declared['fields']) ? $declared['fields'] : [];
        foreach ($given as $key => $field) {
            $option = self::option(0, (string) $key, is_array($field) ? $field : []);
            $fields[(string) $key] = ['type' => $option['type'], 'choices' => $option['choices']];
        }

        return [
            'name' => isset($declared['name']) ? (string) $declared['name'] : $name,
            'version' => isset($declared['version']) ? (string) $declared['version'] : '',
            'fields' => $fields,
        ];
    }

    /**
     * Runs an addon module's own activation or deactivation.
     *
     * @return string|null what it says went wrong
     */
    public function runAddon(string $name, string $function): ?string
    {
        $this->load($name, 'addons');
        $answer = $this->call($name, $function, []);
        if (!is_array($answer) || !isset($answer['status']) || $answer['status'] !== 'error') {
            return null;
        }

        return isset($answer['description']) ? (string) $answer['description'] : 'no description';
    }

    /**
     * @return array display_name and options: list of number, name, label, type, default and choices
     */
    public function schema(string $name): array
    {
        if (!isset($this->schemas[$name])) {
            $this->load($name);
            $meta = $this->call($name, 'MetaData', []);
            $declared = $this->call($name, 'ConfigOptions', [['producttype' => 'server', 'isAddon' => false]]);
            $options = [];
            foreach (is_array($declared) ? $declared : [] as $key => $option) {
                $options[] = self::option(count($options) + 1, (string) $key, is_array($option) ? $option : []);
            }
            $this->learnSecrets($name, $options);
            unset($this->secrets[$name]);
            $this->schemas[$name] = [
                'display_name' => is_array($meta) && isset($meta['DisplayName'])
                    ? (string) $meta['DisplayName']
                    : $name,
                'options' => $options,
            ];
        }

        return $this->schemas[$name];
    }

    /** Keeps which options of a module are passwords, for reads, which run no module's code. */
    private function learnSecrets(string $name, array $options): void
    {
        $numbers = array_column(array_filter($options, function (array $option): bool {
            return $option['type'] === 'password';
        }), 'number');
        $text = Json::encode(array_values($numbers));
        if ($this->store->setting(self::secretsName($name)) !== $text) {
            $this->store->put(self::secretsName($name), $text);
        }
    }

    /**
     * The numbers of a server module's options that are passwords, as far as that is known without running its code:
     * from the last time that a write asked it, else from its file, where that is plain text without the word.
     *
     * @return int[]|null null where it is not known
     */
    public function secretOptions(string $name): ?array
    {
        if (!array_key_exists($name, $this->secrets)) {
            $learned = Json::decode((string) $this->store->setting(self::secretsName($name)));
            $this->secrets[$name] = is_array($learned) ? $learned : ($this->neverSaysPassword($name) ? [] : null);
        }

        return $this->secrets[$name];
    }

    private function neverSaysPassword(string $name): bool
    {
        if (!$this->has($name)) {
            return false;
        }
        $text = (string) file_get_contents(self::file($name, 'servers'), false, null, 0, self::FILE_BYTES);
        $declares = stripos($text, 'function ' . $name . '_ConfigOptions') !== false;

        // Quoted, as a type is; a module's texts speak of passwords without quotes.
        return $declares && strlen($text) < self::FILE_BYTES && !preg_match('/[\'"]password[\'"]/i', $text);
    }

    private static function secretsName(string $name): string
    {
        return 'secret_options.' . substr(sha1('servers/' . $name), 0, 40);
    }

    /** @return array success and error */
    public function testConnection(string $name, array $parameters): array
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

    private static function option(int $number, string $key, array $option): array
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
    private static function choices(string $type, array $option): ?array
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

    private function load(string $name, string $type = 'servers'): void
    {
        if (!$this->has($name, $type)) {
            throw Failure::unsupported(
                'module',
                sprintf('there is no %s module %s in this WHMCS', rtrim($type, 's'), $name)
            );
        }
        $file = self::file($name, $type);
        ThirdParty::call(function () use ($file): void {
            require_once $file;
        });
    }

    /**
     * @return mixed
     */
    private function call(string $name, string $function, array $arguments)
    {
        $function = $name . '_' . $function;
        if (!function_exists($function)) {
            return null;
        }

        return ThirdParty::call(function () use ($function, $arguments) {
            return call_user_func_array($function, $arguments);
        });
    }

    private static function file(string $name, string $type): string
    {
        return Config::root() . "/modules/$type/$name/$name.php";
    }
}
