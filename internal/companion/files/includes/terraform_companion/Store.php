<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The companion's own tables: settings, responses for replay, the journal, and the former content of files that the
 * companion wrote.
 */
final class Store
{
    private const REPLAY_DAYS = 7;

    /** Maximum number of seconds to wait for another request that makes or upgrades the tables. */
    private const LOCK_SECONDS = 20;

    /** Maximum number of expired rows of one table that one write deletes. */
    private const MAX_PRUNED_ROWS = 1000;

    /**
     * States that are stored instead of a response. CLAIMED: the transaction is open, or other code committed it before
     * it was complete. HOOKS_STARTED: the hooks of a deletion have started. MADE and an id: other code committed an
     * object that the creation has made. The same key can continue writes in the last two states.
     */
    public const CLAIMED = '';
    public const HOOKS_STARTED = 'hooks started';
    public const MADE = 'made ';

    public const TABLES = [
        'mod_terraform_settings' => 'name VARCHAR(64) NOT NULL PRIMARY KEY, value TEXT NOT NULL',
        'mod_terraform_requests' => 'request_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY'
            . ', digest CHAR(64) NOT NULL, answer MEDIUMTEXT NOT NULL, created_at DATETIME NOT NULL'
            . ', KEY created_at (created_at)',
        'mod_terraform_journal' => 'id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY'
            . ', created_at DATETIME NOT NULL, admin_id VARCHAR(20) NOT NULL, ip VARCHAR(45) NOT NULL'
            . ', request_key VARCHAR(64) NOT NULL, op VARCHAR(20) NOT NULL, kind VARCHAR(40) NOT NULL'
            . ', object_id VARCHAR(96) NOT NULL, row_before MEDIUMTEXT NULL, row_after MEDIUMTEXT NULL'
            . ', KEY object (kind, object_id)',
        'mod_terraform_files' => 'path VARCHAR(190) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY'
            . ', content MEDIUMTEXT NULL, folders TEXT NOT NULL, created_at DATETIME NOT NULL',
    ];

    private $db;

    private $settings;

    public function __construct(Db $db)
    {
        $this->db = $db;
    }

    /**
     * Makes and upgrades the tables. DDL commits implicitly, so this runs before any transaction. Only one request does
     * it at a time: a table that another request is making seems to have no columns.
     */
    public function ensure(): void
    {
        if (!$this->missing() && $this->tables()->isCurrent()) {
            return;
        }
        if (!$this->db->lock('tables', self::LOCK_SECONDS)) {
            throw new \RuntimeException('another request makes or upgrades the companion\'s tables');
        }
        try {
            $this->settings = null; // another request may have done it
            $this->create($this->missing());
            if (!$this->tables()->isCurrent()) {
                $this->tables()->upgrade();
            }
        } finally {
            $this->db->unlock('tables');
        }
    }

    /** @return string[] names of the tables that are missing */
    private function missing(): array
    {
        $query = $this->db->table('information_schema.tables')
            ->selectRaw('TABLE_NAME AS name')
            ->whereRaw('TABLE_SCHEMA = DATABASE()')
            ->whereIn('TABLE_NAME', array_keys(self::TABLES));

        return array_values(array_diff(array_keys(self::TABLES), array_column($this->db->rows($query), 'name')));
    }

    private function create(array $tables): void
    {
        $statements = array_map(function (string $table): string {
            return sprintf(
                'CREATE TABLE IF NOT EXISTS `%s` (%s) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4',
                $table,
                self::TABLES[$table]
            );
        }, $tables);
        try {
            array_map([$this->db, 'statement'], $statements);
        } catch (\PDOException $error) {
            if (!Db::isDenied($error)) {
                throw $error;
            }
            throw Failure::unsupported('', sprintf(
                'The companion needs tables of its own, and the database user of WHMCS may not create tables (%s). Run'
                    . ' these statements as an administrator of the database: %s',
                Db::describe($error),
                implode(' ', array_map(function (string $statement): string {
                    return $statement . ';';
                }, $statements))
            ));
        }
    }

    public function tables(): Tables
    {
        return new Tables($this->db, $this);
    }

    /** @return string|null */
    public function setting(string $name): ?string
    {
        if ($this->settings === null) {
            $rows = $this->db->rows($this->db->table('mod_terraform_settings'));
            $this->settings = array_column($rows, 'value', 'name');
        }

        return isset($this->settings[$name]) ? $this->settings[$name] : null;
    }

    /** Stores a setting that never changes. If another request was faster, its value is kept. */
    public function storeOnce(string $name, string $value): string
    {
        $this->db->statement('INSERT IGNORE INTO mod_terraform_settings (name, value) VALUES (?, ?)', [$name, $value]);
        $this->settings = null;

        return $this->setting($name);
    }

    /** Stores a setting that may change. */
    public function put(string $name, string $value): void
    {
        $this->db->statement('REPLACE INTO mod_terraform_settings (name, value) VALUES (?, ?)', [$name, $value]);
        $this->settings = null;
    }

    public function forget(string $name): void
    {
        $this->db->table('mod_terraform_settings')->where('name', $name)->delete();
        $this->settings = null;
    }

    /** @return array|null digest and response of an earlier write */
    public function storedResponse(string $key): ?array
    {
        return $this->db->row(
            $this->requests()->where('request_key', $key)->where('created_at', '>=', self::oldest())
        );
    }

    /**
     * Claims a key inside the write's transaction. A concurrent request with the same key waits here for the first
     * one's end.
     *
     * @return bool false if the key has been used for a write that cannot be continued
     */
    public function claim(string $key, string $digest): bool
    {
        try {
            $this->requests()->insert([
                'request_key' => $key,
                'digest' => $digest,
                'answer' => self::CLAIMED,
                'created_at' => date('Y-m-d H:i:s'),
            ]);
        } catch (\PDOException $error) {
            if (!Db::isDuplicate($error)) {
                throw $error;
            }

            return $this->requests()->where('request_key', $key)->where('digest', $digest)
                ->where('answer', '<>', self::CLAIMED)->where('answer', 'not like', '{%')
                ->update(['answer' => self::CLAIMED]) === 1;
        }

        return true;
    }

    /**
     * Reads the text that is stored under a key. Waits for the end of a transaction that has claimed the key, because
     * the server may notice a lost connection later than the client.
     */
    public function settledAnswer(string $key): ?string
    {
        $row = $this->db->row($this->requests()->select('answer')->where('request_key', $key)->sharedLock());

        return $row === null ? null : (string) $row['answer'];
    }

    /** Whether a stored text is a response, and not a state of an incomplete write. */
    public static function isAnswer(string $text): bool
    {
        return strpos($text, '{') === 0;
    }

    /** @param string $answer JSON of the payload, or a state that can be continued */
    public function complete(string $key, string $answer): void
    {
        $this->requests()->where('request_key', $key)->update(['answer' => $answer]);
    }

    /** Stores a state that can be continued, whether or not the key is claimed. */
    public function mark(string $key, string $digest, string $state): void
    {
        $this->release($key);
        $this->claim($key, $digest);
        $this->complete($key, $state);
    }

    /** Forgets a key, so that the same request can be sent again. */
    public function release(string $key): void
    {
        $this->requests()->where('request_key', $key)->delete();
    }

    private function requests(): object
    {
        return $this->db->table('mod_terraform_requests');
    }

    /**
     * Deletes expired replay rows and journal rows. The rows are read first, and deleted by their keys, so that no
     * range of rows is locked.
     *
     * @param int $journalDays 0 keeps the journal without end
     */
    public function prune(int $journalDays): void
    {
        $this->pruneTable('mod_terraform_requests', 'request_key', self::oldest());
        $journal = $this->db->table('mod_terraform_journal');
        $first = $journalDays === 0 ? null : $this->db->row($journal->select('created_at')->orderBy('id'));
        $limit = date('Y-m-d H:i:s', time() - $journalDays * 86400);
        if ($first !== null && (string) $first['created_at'] < $limit) {
            $this->pruneTable('mod_terraform_journal', 'id', $limit);
        }
    }

    private function pruneTable(string $table, string $key, string $limit): void
    {
        $expired = $this->db->table($table)->select($key)->where('created_at', '<', $limit)
            ->orderBy($key)->limit(self::MAX_PRUNED_ROWS);
        $keys = array_column($this->db->rows($expired), $key);
        if ($keys) {
            $this->db->table($table)->whereIn($key, $keys)->delete();
        }
    }

    /** Clears the cache of settings. The rollback may have removed some of them. */
    public function clearCache(): void
    {
        $this->settings = null;
    }

    public function journal(array $entry): void
    {
        $this->db->table('mod_terraform_journal')->insert($entry + ['created_at' => date('Y-m-d H:i:s')]);
    }

    /**
     * @return array content (null where there was no file) and the folders that were made, by path of files that the
     * companion wrote
     */
    public function files(bool $lock = false): array
    {
        $query = $this->db->table('mod_terraform_files')->orderBy('path');
        $files = [];
        foreach ($this->db->rows($lock ? $query->lockForUpdate() : $query) as $row) {
            $folders = Json::decode((string) $row['folders']);
            $files[$row['path']] = [
                'content' => $row['content'] === null ? null : (string) base64_decode($row['content']),
                'folders' => is_array($folders) ? $folders : [],
            ];
        }

        return $files;
    }

    /**
     * Keeps what a file held, of any encoding, before the companion first writes it.
     *
     * @param string|null $content null where there is no file
     */
    public function keepFile(string $path, ?string $content, array $folders): void
    {
        // The framework repeats a statement whose response was lost.
        $this->db->statement(
            'REPLACE INTO mod_terraform_files (path, content, folders, created_at) VALUES (?, ?, ?, ?)',
            [
                $path, $content === null ? null : base64_encode($content), Json::encode($folders),
                date('Y-m-d H:i:s'),
            ]
        );
    }

    public function forgetFile(string $path): void
    {
        $this->db->table('mod_terraform_files')->where('path', $path)->delete();
    }

    private static function oldest(): string
    {
        return date('Y-m-d H:i:s', time() - self::REPLAY_DAYS * 86400);
    }
}
