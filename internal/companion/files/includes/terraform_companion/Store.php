<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The companion's own tables: settings, answers kept for replay, the journal, and what files held before the
 * companion wrote them.
 */
final class Store
{
    private const REPLAY_DAYS = 7;

    /** Maximum number of journal rows that one write deletes. */
    private const MAX_PRUNED_ROWS = 1000;

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

    /** Makes the tables where they are missing. DDL commits implicitly, so this runs before any transaction. */
    public function ensure(): void
    {
        $query = $this->db->table('information_schema.tables')
            ->selectRaw('TABLE_NAME AS name')
            ->whereRaw('TABLE_SCHEMA = DATABASE()')
            ->whereIn('TABLE_NAME', array_keys(self::TABLES));
        $found = array_column($this->db->rows($query), 'name');
        foreach (array_diff(array_keys(self::TABLES), $found) as $table) {
            $this->db->statement(sprintf(
                'CREATE TABLE IF NOT EXISTS `%s` (%s) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4',
                $table,
                self::TABLES[$table]
            ));
        }
        $this->tables()->upgrade();
    }

    public function tables(): Tables
    {
        return new Tables($this->db, $this);
    }

    /** @return string|null */
    public function setting(string $name): ?string
    {
        if ($this->settings === null) {
            $this->settings = [];
            foreach ($this->db->rows($this->db->table('mod_terraform_settings')) as $row) {
                $this->settings[$row['name']] = $row['value'];
            }
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

    /** @return array|null digest and answer of a write that was done before */
    public function storedResponse(string $key): ?array
    {
        $query = $this->db->table('mod_terraform_requests')->where('request_key', $key)->where(
            'created_at',
            '>=',
            self::oldest()
        );

        return $this->db->row($query);
    }

    /**
     * Claims a key inside the write's transaction. A concurrent request with the same key waits here for the first
     * one's end.
     *
     * @return bool false where the key has been used
     */
    public function claim(string $key, string $digest): bool
    {
        try {
            $this->db->table('mod_terraform_requests')->insert([
                'request_key' => $key,
                'digest' => $digest,
                'answer' => '',
                'created_at' => date('Y-m-d H:i:s'),
            ]);
        } catch (\PDOException $error) {
            if (Db::isDuplicate($error)) {
                return false;
            }
            throw $error;
        }

        return true;
    }

    /** Whether a write with this key was committed, by other code, before it was complete. */
    public function isIncomplete(string $key): bool
    {
        $stored = $this->storedResponse($key);

        return $stored !== null && $stored['answer'] === '';
    }

    public function complete(string $key, array $payload): void
    {
        $this->db->table('mod_terraform_requests')
            ->where('request_key', $key)->update(['answer' => Json::encode($payload)]);
    }

    /**
     * Deletes expired replay rows and journal rows. It runs outside a transaction, because its range locks block other
     * writes.
     *
     * @param int $journalDays 0 keeps the journal without end
     */
    public function prune(int $journalDays): void
    {
        $this->db->table('mod_terraform_requests')->where('created_at', '<', self::oldest())->delete();
        if ($journalDays === 0) {
            return;
        }
        $limit = date('Y-m-d H:i:s', time() - $journalDays * 86400);
        $first = $this->db->row($this->db->table('mod_terraform_journal')->select('created_at')->orderBy('id'));
        if ($first !== null && (string) $first['created_at'] < $limit) {
            // The oldest rows have the smallest ids; a bounded number at a time, so that no write waits long for it.
            $this->db->table('mod_terraform_journal')
                ->where('created_at', '<', $limit)->orderBy('id')->limit(self::MAX_PRUNED_ROWS)->delete();
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
        $this->db->table('mod_terraform_files')->insert([
            'path' => $path,
            'content' => $content === null ? null : base64_encode($content),
            'folders' => Json::encode($folders),
            'created_at' => date('Y-m-d H:i:s'),
        ]);
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
