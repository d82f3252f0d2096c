<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The modules in the folders of WHMCS and their functions (documented). Server modules have MetaData, ConfigOptions and
 * TestConnection. Addon modules have config, activate and deactivate.
 */
final class Modules
{
    /** The name of a module's folder. */
    public const NAME = '/^[A-Za-z0-9_-]+$/D';

    /** A module says its name near the top of its file. */
    private const HEAD_BYTES = 65536;

    private $context;

    private $schemas = [];

    /** @var array<array[]|null> what is known of a server module's options, by module: see declaration() */
    private $declarations = [];

    public function __construct(Context $context)
    {
        $this->context = $context;
    }

    /**
     * @param string $type servers or addons
     * @return string[]
     */
    public function installed(string $type): array
    {
        $names = [];
        $folder = Config::root() . '/modules/' . $type;
        // An iterator, because some hosts disable the function scandir.
        foreach (is_dir($folder) ? new \FilesystemIterator($folder) : [] as $entry) {
            $name = $entry->getFilename();
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
        return self::isName($name) && is_file(ModuleCode::file($type, $name));
    }

    /**
     * The name that a module declares, from whmcs.json (seen) or from literal text in its file. No code of it runs.
     *
     * @return string empty if neither has it, such as in an encoded file
     */
    public function displayName(string $name, string $type): string
    {
        $description = dirname(ModuleCode::file($type, $name)) . '/whmcs.json';
        $json = is_file($description)
            ? Json::decode((string) file_get_contents($description, false, null, 0, self::HEAD_BYTES))
            : null;
        if ($json instanceof \stdClass && isset($json->description->name) && is_string($json->description->name)) {
            return self::shown($json->description->name);
        }
        $text = (string) file_get_contents(ModuleCode::file($type, $name), false, null, 0, self::HEAD_BYTES);
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
     * The declaration of an addon module. This runs its code.
     *
     * @return array name, version and fields: type and choices by name
     */
    public function addon(string $name): array
    {
        return $this->context->moduleCode()->run('addons', $name, function (callable $call) use ($name): array {
            $declared = $call('config');
            $declared = is_array($declared) ? $declared : [];
            $given = isset($declared['fields']) ? self::listed($declared['fields']) : [];
            $fields = [];
            foreach (DeclaredOptions::of($given) as $option) {
                $fields[$option['key']] = ['type' => $option['type'], 'choices' => $option['choices']];
            }
            $title = isset($declared['name']) ? DeclaredOptions::text($declared['name']) : '';

            return [
                'name' => $title === '' ? $name : $title,
                'version' => isset($declared['version']) ? DeclaredOptions::text($declared['version']) : '',
                'fields' => $fields,
            ];
        });
    }

    /** @param mixed $declared options as a module gives them */
    private static function listed($declared): array
    {
        $declared = $declared instanceof \Traversable ? iterator_to_array($declared) : $declared;

        return is_array($declared) ? $declared : [];
    }

    /**
     * Runs an addon module's own activation or deactivation.
     *
     * @param array $variables the module's settings, as WHMCS gives them to its functions
     * @return string|null what it says went wrong
     */
    public function runAddon(string $name, string $function, array $variables): ?string
    {
        $work = function (callable $call) use ($function, $variables): ?string {
            $answer = $call($function, [$variables]);
            if (!is_array($answer) || !isset($answer['status']) || $answer['status'] !== 'error') {
                return null;
            }
            $text = isset($answer['description']) ? DeclaredOptions::text($answer['description']) : '';

            return $text === '' ? 'no description' : $text;
        };

        return $this->context->moduleCode()->run('addons', $name, $work);
    }

    /**
     * The options of a server module. This runs its code.
     *
     * @param array $page the request parameters that the module gets: `id` of the product and `servergroup`
     * @return array display_name and options: see DeclaredOptions::of(), with fixed
     */
    public function schema(string $name, array $page = []): array
    {
        if (!isset($this->schemas[$name])) {
            $work = function (callable $call) use ($name): array {
                try {
                    $meta = $call('MetaData');
                } catch (\Throwable $error) {
                    // Only the shown name is lost.
                    $meta = null;
                }
                $declared = $call('ConfigOptions', [['producttype' => 'server', 'isAddon' => false]]);
                $title = is_array($meta) && isset($meta['DisplayName'])
                    ? DeclaredOptions::text($meta['DisplayName'])
                    : '';

                return [
                    'display_name' => $title === '' ? $name : $title,
                    'options' => DeclaredOptions::of(self::listed($declared)),
                ];
            };
            $onEnd = $this->rememberEnd($name);
            $schema = $this->context->moduleCode()->run('servers', $name, $work, $page, $onEnd);
            $schema['options'] = $this->withFixed($name, $schema['options']);
            $this->schemas[$name] = $schema;
            $this->learn($name, $this->schemas[$name]['options']);
        }

        return $this->schemas[$name];
    }

    /**
     * Why the last call of a server module ended the whole request. Writes do not call the module again until
     * its file changes, or until module_schema has called it with success.
     */
    public function end(string $name): ?string
    {
        $stored = Json::decode((string) $this->context->store()->setting(self::settingName('ended', $name)));
        if (!is_array($stored) || count($stored) !== 2 || $stored[0] !== $this->fileVersion($name)) {
            return null;
        }

        return (string) $stored[1];
    }

    private function rememberEnd(string $name): callable
    {
        return function (string $sentence) use ($name): void {
            $text = Json::encode([$this->fileVersion($name), $sentence]);
            $this->context->store()->put(self::settingName('ended', $name), $text);
        };
    }

    private function fileVersion(string $name): string
    {
        $file = ModuleCode::file('servers', $name);

        return filemtime($file) . '-' . filesize($file);
    }

    /** Adds to each option whether the module's file shows it as literal, so that it is the same in the next call. */
    private function withFixed(string $name, array $options): array
    {
        $literal = (array) ModuleFile::options(ModuleCode::file('servers', $name), $name . '_ConfigOptions');
        $fixed = array_column($literal, 'fixed', 'number');
        foreach ($options as $index => $option) {
            $options[$index]['fixed'] = !empty($fixed[$option['number']]);
        }

        return $options;
    }

    /** Keeps what a module declares, for reads, which run no module's code. */
    private function learn(string $name, array $options): void
    {
        $store = $this->context->store();
        if ($store->setting(self::settingName('ended', $name)) !== null) {
            $store->forget(self::settingName('ended', $name));
        }
        $kept = [];
        foreach ($options as $option) {
            if ($option['number'] <= Field\ModuleOptions::COUNT) {
                $kept[] = [
                    mb_substr($option['type'], 0, 32),
                    mb_substr($option['name'], 0, 255),
                    mb_substr($option['label'], 0, 255),
                    $option['type'] === 'password' ? '' : mb_substr($option['default'], 0, 255),
                ];
            }
        }
        // Some modules declare nothing without the product. The stored declaration has more.
        $text = Json::encode($kept);
        if ($kept && $store->setting(self::settingName('options', $name)) !== $text) {
            $store->put(self::settingName('options', $name), $text);
        }
        unset($this->declarations[$name]);
    }

    /**
     * The known declaration of a server module, without running its code. It is the one of the last write that called
     * the module, else the one in the text of its file.
     *
     * @return array[]|null number, name, label, type and default of each option. Null if not known.
     */
    public function declaration(string $name): ?array
    {
        if (!array_key_exists($name, $this->declarations)) {
            $kept = Json::decode((string) $this->context->store()->setting(self::settingName('options', $name)));
            $declaration = null;
            if (is_array($kept)) {
                $declaration = [];
                foreach ($kept as $index => $option) {
                    list($type, $title, $label, $default) = $option + ['', '', '', ''];
                    $declaration[] = [
                        'number' => $index + 1, 'name' => $title, 'label' => $label, 'type' => $type,
                        'default' => $default,
                    ];
                }
            } elseif ($this->has($name)) {
                $declaration = ModuleFile::options(ModuleCode::file('servers', $name), $name . '_ConfigOptions');
            }
            $this->declarations[$name] = $declaration;
        }

        return $this->declarations[$name];
    }

    /** @return string[]|null types of a server module's options by number. Null if not known. */
    public function optionTypes(string $name): ?array
    {
        $declaration = $this->declaration($name);

        return $declaration === null ? null : array_column($declaration, 'type', 'number');
    }

    /** @return array[]|null numbers of a server module's options by name, as lists. Null if not known. */
    public function optionNumbers(string $name): ?array
    {
        $declaration = $this->declaration($name);

        return $declaration === null ? null : DeclaredOptions::numbers($declaration);
    }

    /** @return int[] numbers of the options that a write has given as secrets, whatever the module declares */
    public function markedSecrets(string $name): array
    {
        return array_filter(range(1, Field\ModuleOptions::COUNT), function (int $number) use ($name): bool {
            return $this->context->store()->setting(self::settingName('secret', $name) . '.' . $number) !== null;
        });
    }

    /**
     * Keeps that options hold secrets. This holds for all products of the module, as a declared password does.
     *
     * @param int[] $numbers
     */
    public function markSecrets(string $name, array $numbers): void
    {
        foreach ($name === '' ? [] : array_diff($numbers, $this->markedSecrets($name)) as $number) {
            // A row of its own, so that concurrent writes keep each other's marks.
            $this->context->store()->storeOnce(self::settingName('secret', $name) . '.' . $number, '1');
        }
    }

    private static function settingName(string $what, string $name): string
    {
        return $what . '.' . substr(sha1('servers/' . $name), 0, 40);
    }

    /** @return array success and error */
    public function testConnection(string $name, array $parameters): array
    {
        $code = $this->context->moduleCode();
        $answer = $code->run('servers', $name, function (callable $call) use ($code, $name, $parameters): ?array {
            if (!function_exists($name . '_TestConnection')) {
                return null;
            }
            try {
                $answer = $call('TestConnection', [$parameters]);
            } catch (\Throwable $error) {
                return ['error' => $code->reason('servers', $name, $error)];
            }

            return is_array($answer) ? $answer : [];
        });
        if ($answer === null) {
            throw Failure::unsupported('module', 'The server module ' . $name . ' has no connection test');
        }
        $success = !empty($answer['success']);
        $text = isset($answer['error']) ? DeclaredOptions::text($answer['error']) : '';
        if (!$success && $text === '') {
            $text = 'The module reported a failure without a reason';
        }

        return ['success' => $success, 'error' => $success ? '' : $text];
    }
}
