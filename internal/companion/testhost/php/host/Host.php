<?php

declare(strict_types=1);

namespace TestHost;

use Illuminate\Database\Capsule\Manager;
use Illuminate\Database\Connection;
use Illuminate\Database\DatabaseManager;

require_once getenv('TESTHOST_ILLUMINATE');
require_once __DIR__ . '/ArrayBuilder.php';
require_once __DIR__ . '/ArrayConnection.php';

/**
 * One installation during one request: its settings, its database and what WHMCS would know globally.
 */
final class Host
{
    /** @var Host|null */
    private static $current;

    private $name;

    private $settings;

    private $hooks = [];

    /** @var DatabaseManager */
    private $manager;

    public static function exists(string $root, string $name): ?bool
    {
        return is_file(self::folder($root, $name) . '/installation.json');
    }

    public static function folder(string $root, string $name): string
    {
        return dirname($root) . '/i/' . $name;
    }

    /** @return array where mariadbd listens */
    public static function environment(): array
    {
        return ['socket' => getenv('TESTHOST_SOCKET'), 'token' => getenv('TESTHOST_TOKEN')];
    }

    public static function current(): Host
    {
        return self::$current;
    }

    public function __construct(string $root, string $name)
    {
        $this->name = $name;
        $this->settings = json_decode(file_get_contents(self::folder($root, $name) . '/installation.json'), true);
        self::$current = $this;
        define('WHMCS', true);
        define('ROOTDIR', self::folder($root, $name));
    }

    public function setting(string $name)
    {
        return $this->settings[$name];
    }

    /** The documented way to the database, WHMCS\Database\Capsule, is Illuminate's manager. */
    public function connect(): void
    {
        if ($this->setting('array_results')) {
            Connection::resolverFor('mysql', function ($pdo, string $database, $prefix, $config): ArrayConnection {
                return new ArrayConnection($pdo, $database, $prefix, $config);
            });
        }
        $charset = $this->setting('legacy') ? 'utf8' : 'utf8mb4';
        $manager = new Manager();
        $options = [
            'driver' => 'mysql',
            'unix_socket' => $this->setting('database_socket'),
            'database' => $this->name,
            'username' => $this->setting('database_user'),
            'password' => '',
            'charset' => $charset,
            'collation' => $charset . '_unicode_ci',
            'strict' => $this->setting('strict') && !$this->setting('legacy'),
            // Before PHP 8.1, PDO returns numbers of emulated prepared statements as text (documented).
            'options' => [
                \PDO::ATTR_STRINGIFY_FETCHES => $this->setting('legacy') || $this->setting('array_results'),
            ],
        ];
        $manager->addConnection($options);
        $manager->addConnection($options, 'local_api');
        $manager->setAsGlobal();
        $this->manager = $manager->getDatabaseManager();
        class_alias(Manager::class, 'WHMCS\Database\Capsule');
        if ($this->setting('encrypted_addon_settings')) {
            class_alias(AddonSettings::class, 'WHMCS\Module\Addon\Setting');
        }
        Manager::connection()->enableQueryLog();
    }

    public function manager(): DatabaseManager
    {
        return $this->manager;
    }

    /** A connection of its own to the database, as another request has it. */
    public function anotherConnection(): \PDO
    {
        $source = 'mysql:unix_socket=' . self::environment()['socket'] . ';charset=utf8mb4;dbname=' . $this->name;

        return new \PDO($source, 'root', '', [\PDO::ATTR_ERRMODE => \PDO::ERRMODE_EXCEPTION]);
    }

    public function statements(): int
    {
        return count(Manager::connection()->getQueryLog());
    }

    public function addHook(string $point, int $priority, callable $function): void
    {
        $this->hooks[$point][$priority][] = $function;
    }

    public function runHook(string $point, array $variables): array
    {
        $results = [];
        $hooks = isset($this->hooks[$point]) ? $this->hooks[$point] : [];
        ksort($hooks);
        foreach ($hooks as $functions) {
            foreach ($functions as $function) {
                $results[] = $function($variables);
            }
        }

        return $results;
    }

    public function encrypt(string $text): string
    {
        $nonce = random_bytes(12);
        $sealed = openssl_encrypt($text, 'aes-256-gcm', $this->key(), OPENSSL_RAW_DATA, $nonce, $tag);

        return base64_encode($nonce . $tag . $sealed);
    }

    public function decrypt(string $text): string
    {
        $bytes = (string) base64_decode($text, true);
        if (strlen($bytes) < 28) {
            return '';
        }
        $opened = openssl_decrypt(
            substr($bytes, 28),
            'aes-256-gcm',
            $this->key(),
            OPENSSL_RAW_DATA,
            substr($bytes, 0, 12),
            substr($bytes, 12, 16)
        );

        return $opened === false ? '' : $opened;
    }

    private function key(): string
    {
        return hash('sha256', $this->setting('encryption_hash'), true);
    }
}
