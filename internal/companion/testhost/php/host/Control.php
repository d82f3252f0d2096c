<?php

declare(strict_types=1);

namespace TestHost;

/**
 * The test host's own endpoint, for the tests: makes and drops installations and looks into their databases.
 */
final class Control
{
    private const OFFICIAL = [
        'whmcsdetails', 'getadmindetails', 'getcurrencies', 'getservers', 'getproducts', 'getconfigurationvalue',
        'getmoduleconfigurationparameters',
    ];

    private const OFFICIAL_WRITES = [
        'addproduct', 'encryptpassword', 'decryptpassword', 'activatemodule', 'deactivatemodule',
        'updatemoduleconfiguration',
    ];

    private $root;

    public function __construct(string $root)
    {
        $this->root = $root;
    }

    public function serve(string $operation): void
    {
        header('Content-Type: application/json');
        $given = isset($_SERVER['HTTP_X_TESTHOST_TOKEN']) ? $_SERVER['HTTP_X_TESTHOST_TOKEN'] : '';
        if (!hash_equals(Host::environment()['token'], $given)) {
            http_response_code(403);
            echo json_encode(['error' => 'the token is wrong']);

            return;
        }
        $operations = [
            'ping', 'create', 'drop', 'exec', 'query', 'dump', 'files', 'module', 'readFile', 'writeFile',
            'remove', 'link', 'environment',
        ];
        try {
            if (!in_array($operation, $operations, true)) {
                throw new \InvalidArgumentException('no operation ' . $operation);
            }
            $answer = $this->$operation((array) json_decode(file_get_contents('php://input'), true));
        } catch (\Throwable $error) {
            http_response_code(500);
            $answer = ['error' => $error->getMessage()];
        }
        echo json_encode($answer, JSON_INVALID_UTF8_SUBSTITUTE);
    }

    private function ping(array $input): array
    {
        return [
            'server' => $this->open('')->query('SELECT VERSION()')->fetchColumn(),
            'socket' => Host::environment()['socket'],
        ];
    }

    /** The settings that another PHP process of this host needs. */
    private function environment(array $input): array
    {
        return ['root' => $this->root, 'socket' => Host::environment()['socket']];
    }

    private function create(array $input): array
    {
        $name = self::name($input);
        $folder = Host::folder($this->root, $name);
        mkdir($folder . '/includes/terraform_companion', 0700, true);
        mkdir($folder . '/modules/servers', 0700, true);
        mkdir($folder . '/modules/addons', 0700, true);
        mkdir($folder . '/templates/twenty-one', 0700, true);
        foreach (glob($this->root . '/modules/{servers,addons}/*', GLOB_BRACE) as $module) {
            symlink($module, $folder . substr($module, strlen($this->root)));
        }
        if ($input['without_solusvm2']) {
            // A companion of its own: that of the other installations is one for all.
            $this->copy($this->root . '/includes/api', $folder . '/includes/api', '');
            $this->copy(
                $this->root . '/includes/terraform_companion',
                $folder . '/includes/terraform_companion',
                'SolusVm2'
            );
        } elseif (!$input['without_companion']) {
            symlink($this->root . '/includes/api', $folder . '/includes/api');
            if (!$input['without_hook_file']) {
                symlink($this->root . '/includes/hooks', $folder . '/includes/hooks');
            }
        }
        if ($input['companion_local'] !== '') {
            file_put_contents($folder . '/includes/terraform_companion/companion.local.php', $input['companion_local']);
        }
        $charset = $input['legacy'] ? 'utf8mb3' : 'utf8mb4';
        $this->open('')->exec("CREATE DATABASE `$name` CHARACTER SET $charset COLLATE {$charset}_unicode_ci");
        $connection = $this->open($name);
        foreach ($input['legacy'] ? ['schema', 'legacy', 'seed'] : ['schema', 'seed'] as $script) {
            $this->script($connection, file_get_contents(__DIR__ . '/' . $script . '.sql'));
        }
        $configuration = $connection->prepare('INSERT INTO tblconfiguration (setting, value) VALUES (?, ?)');
        $configuration->execute(['SystemURL', $input['system_url']]);
        $configuration->execute(['Version', $input['version']]);
        $roles = [
            'full' => array_merge(self::OFFICIAL, self::OFFICIAL_WRITES, ['terraformread', 'terraformwrite']),
            'read_only' => array_merge(self::OFFICIAL, ['terraformread']),
            'none' => [],
        ];
        $credentials = [];
        $statement = $connection->prepare('INSERT INTO testhost_credentials (identifier, secret, admin_id, actions) '
            . 'VALUES (?, ?, 1, ?)');
        foreach ($roles as $role => $actions) {
            $credentials[$role] = ['identifier' => bin2hex(random_bytes(16)), 'secret' => bin2hex(random_bytes(16))];
            $statement->execute([
                $credentials[$role]['identifier'],
                hash('sha256', $credentials[$role]['secret']),
                json_encode($actions),
            ]);
        }
        file_put_contents($folder . '/installation.json', json_encode([
            'allowed_ips' => $input['allowed_ips'],
            'access_key' => $input['access_key'],
            'hooks' => $input['hooks'],
            'strict' => $input['strict'],
            'legacy' => $input['legacy'],
            'array_results' => $input['array_results'],
            'addon_actions' => $input['addon_actions'],
            'local_api_elsewhere' => $input['local_api_elsewhere'],
            'encrypted_addon_settings' => $input['encrypted_addon_settings'],
            'solusvm2_elsewhere' => $input['solusvm2_elsewhere'],
            'database_socket' => $input['database_socket'] ?: Host::environment()['socket'],
            'database_user' => $input['database_user'] ?: 'root',
            'encryption_hash' => bin2hex(random_bytes(32)),
        ]));

        return ['credentials' => $credentials];
    }

    private function drop(array $input): array
    {
        $name = self::name($input);
        $folder = Host::folder($this->root, $name);
        $this->clear($folder);
        $this->open('')->exec("DROP DATABASE `$name`");

        return [];
    }

    /** Copies a folder, but for one name in it. */
    private function copy(string $from, string $to, string $without): void
    {
        if (!is_dir($to)) {
            mkdir($to, 0700);
        }
        foreach (array_diff(scandir($from), ['.', '..', $without]) as $name) {
            is_dir("$from/$name") ? $this->copy("$from/$name", "$to/$name", '') : copy("$from/$name", "$to/$name");
        }
    }

    /** Removes a folder and its content. The targets of links are kept. */
    private function clear(string $folder): void
    {
        foreach (array_diff(scandir($folder), ['.', '..']) as $name) {
            $inside = $folder . '/' . $name;
            is_dir($inside) && !is_link($inside) ? $this->clear($inside) : unlink($inside);
        }
        rmdir($folder);
    }

    private function readFile(array $input): array
    {
        $file = Host::folder($this->root, self::name($input)) . '/' . $input['path'];

        return ['content' => is_file($file) ? base64_encode(file_get_contents($file)) : null];
    }

    private function writeFile(array $input): array
    {
        $file = Host::folder($this->root, self::name($input)) . '/' . $input['path'];
        if (!is_dir(dirname($file))) {
            mkdir(dirname($file), 0700, true);
        }
        file_put_contents($file, base64_decode($input['content']));

        return [];
    }

    /** Removes a file, or a folder with its content. */
    private function remove(array $input): array
    {
        $path = Host::folder($this->root, self::name($input)) . '/' . $input['path'];
        is_dir($path) ? $this->clear($path) : unlink($path);

        return [];
    }

    private function link(array $input): array
    {
        symlink($input['target'], Host::folder($this->root, self::name($input)) . '/' . $input['path']);

        return [];
    }

    /** Unpacks a server module into the installation, or removes it. */
    private function module(array $input): array
    {
        // servers/<name> or addons/<name>
        $module = '/modules/' . basename(dirname($input['module'])) . '/' . basename($input['module']);
        $link = Host::folder($this->root, self::name($input)) . $module;
        if (is_link($link)) {
            unlink($link);
        }
        if ($input['unpacked']) {
            $isNeighbour = !is_dir($this->root . $module);
            symlink($this->root . ($isNeighbour ? '/neighbours' : '') . $module, $link);
        }

        return [];
    }

    private function exec(array $input): array
    {
        $connection = $this->open(self::name($input));
        $statement = $connection->prepare($input['sql']);
        $statement->execute($input['args']);

        return ['affected' => $statement->rowCount(), 'id' => (string) $connection->lastInsertId()];
    }

    private function query(array $input): array
    {
        $statement = $this->open(self::name($input))->prepare($input['sql']);
        $statement->execute($input['args']);

        return ['rows' => $statement->fetchAll(\PDO::FETCH_ASSOC)];
    }

    /** Every table's definition and rows, each row as JSON. A value that is not UTF-8 is shown as its bytes. */
    private function dump(array $input): array
    {
        $connection = $this->open(self::name($input));
        $tables = [];
        foreach ($connection->query('SHOW TABLES')->fetchAll(\PDO::FETCH_COLUMN) as $table) {
            $definition = $connection->query("SHOW CREATE TABLE `$table`")->fetch(\PDO::FETCH_NUM)[1];
            $tables[$table] = [preg_replace('/ AUTO_INCREMENT=\d+/', '', $definition)];
            foreach ($connection->query("SELECT * FROM `$table`", \PDO::FETCH_ASSOC) as $row) {
                $shown = array_map(function ($value) {
                    return is_string($value) && !mb_check_encoding($value, 'UTF-8')
                        ? 'bytes ' . bin2hex($value)
                        : $value;
                }, $row);
                $tables[$table][] = json_encode($shown, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);
            }
        }

        return ['tables' => $tables];
    }

    /** Digests of the files in the host's folder and in the installation's folder, by path. */
    private function files(array $input): array
    {
        $files = [];
        foreach ([$this->root, Host::folder($this->root, self::name($input))] as $folder) {
            $inside = new \RecursiveIteratorIterator(new \RecursiveDirectoryIterator(
                $folder,
                \FilesystemIterator::SKIP_DOTS
            ));
            foreach ($inside as $file) {
                $files[substr($file->getPathname(), strlen(dirname($this->root)) + 1)] = $file->isFile()
                    ? sha1_file($file->getPathname())
                    : $file->getType();
            }
        }

        return ['files' => $files];
    }

    /** Runs many statements in one round trip. */
    private function script(\PDO $connection, string $sql): void
    {
        $statement = $connection->query($sql);
        while ($statement->nextRowset()) {
            continue;
        }
    }

    private function open(string $database): \PDO
    {
        $source = 'mysql:unix_socket=' . Host::environment()['socket'] . ';charset=utf8mb4;dbname=' . $database;
        $connection = new \PDO($source, 'root', '', [
            \PDO::ATTR_ERRMODE => \PDO::ERRMODE_EXCEPTION,
            \PDO::MYSQL_ATTR_MULTI_STATEMENTS => true,
        ]);
        $connection->exec('SET SESSION sql_mode = "STRICT_TRANS_TABLES"');

        return $connection;
    }

    private static function name(array $input): string
    {
        if (!preg_match('/^[a-z0-9_]+$/D', $input['name'])) {
            throw new \InvalidArgumentException('the name of an installation consists of a-z, 0-9 and _');
        }

        return $input['name'];
    }
}
