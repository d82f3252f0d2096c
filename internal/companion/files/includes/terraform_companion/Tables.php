<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The version of the companion's own tables, and their upgrade. A change of Store::TABLES raises VERSION. New columns
 * are added from there. Any other change is a statement in STEPS.
 */
final class Tables
{
    public const VERSION = 1;

    /** Statements by the version that needs them. A statement may run twice, after an upgrade that was cut short. */
    private const STEPS = [];

    private const SETTING = 'tables_version';

    private $db;

    private $store;

    public function __construct(Db $db, Store $store)
    {
        $this->db = $db;
        $this->store = $store;
    }

    /** @return int 0 for tables that are new */
    public function version(): int
    {
        return (int) $this->store->setting(self::SETTING);
    }

    public function isCurrent(): bool
    {
        return $this->version() >= self::VERSION;
    }

    /** Brings the tables to VERSION. DDL commits implicitly, so this runs before any transaction. */
    public function upgrade(): void
    {
        foreach (Store::TABLES as $table => $definition) {
            $this->addColumns($table, $definition);
        }
        foreach (self::STEPS as $version => $statements) {
            foreach ($version > $this->version() ? $statements : [] as $statement) {
                $this->db->statement($statement);
            }
        }
        $this->store->put(self::SETTING, (string) self::VERSION);
    }

    private function addColumns(string $table, string $definition): void
    {
        $query = $this->db->table('information_schema.columns')->selectRaw('COLUMN_NAME AS name')
            ->whereRaw('TABLE_SCHEMA = DATABASE()')->where('TABLE_NAME', $table);
        $found = array_column($this->db->rows($query), 'name');
        // A comma inside parentheses separates the columns of a key.
        foreach (preg_split('/,\s*(?![^(]*\))/', $definition) as $part) {
            list($name) = explode(' ', $part, 2);
            if ($name !== 'KEY' && !in_array($name, $found, true)) {
                $this->db->statement("ALTER TABLE `$table` ADD COLUMN $part");
            }
        }
    }
}
