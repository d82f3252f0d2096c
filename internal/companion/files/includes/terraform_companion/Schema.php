<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The tables and columns that this WHMCS has, looked up once per request.
 */
final class Schema
{
    /** Tables beside those of kinds: the companion's own, and those that tell what is in use. */
    private const TABLES = [
        'tblproduct_upgrade_products', 'tblbundles', 'tblpromotions', 'tblproductconfiglinks', 'tblhosting',
        'tblhostingaddons', 'tbladdons', 'tblclients',
        'tblhostingconfigoptions', 'tblcustomfieldsvalues', 'tblconfiguration', 'mod_terraform_settings',
        'mod_terraform_requests',
        'mod_terraform_journal', 'mod_terraform_files',
    ];

    private $db;

    private $config;

    private $columns;

    private $tables;

    private $ofKinds;

    /** @param callable $ofKinds gives the names of the tables that kinds keep their objects in */
    public function __construct(Db $db, Config $config, callable $ofKinds)
    {
        $this->db = $db;
        $this->config = $config;
        $this->ofKinds = $ofKinds;
    }

    /** @return string[] */
    public function tableNames(): array
    {
        $assumed = [$this->config->recommendations()['table'], $this->config->onDemandRenewals()['table']];

        return array_values(array_unique(array_merge(self::TABLES, $assumed, call_user_func($this->ofKinds))));
    }

    public function hasTable(string $table): bool
    {
        return isset($this->load()[$table]);
    }

    public function has(string $table, string $column): bool
    {
        return isset($this->load()[$table][$column]);
    }

    /**
     * @return array column by name: type, characters (null where not text), precision, scale, charset (the narrower
     * of its own and the connection's), demanding, blank
     */
    public function columnsOf(string $table): array
    {
        $columns = $this->load();

        return isset($columns[$table]) ? $columns[$table] : [];
    }

    /** @return array|null */
    public function column(string $table, string $column): ?array
    {
        $columns = $this->columnsOf($table);

        return isset($columns[$column]) ? $columns[$column] : null;
    }

    /** Decimal places of a column. If the column is not a decimal, 2, the scale of money in WHMCS. */
    public function scale(string $table, string $column): int
    {
        $found = $this->column($table, $column);

        return $found && $found['type'] === 'decimal' ? $found['scale'] : 2;
    }

    /**
     * Values for the columns that demand one: WHMCS's text columns are NOT NULL without a default, which strict SQL
     * mode refuses.
     */
    public function blanks(string $table): array
    {
        $blanks = [];
        foreach ($this->columnsOf($table) as $name => $column) {
            if ($column['demanding']) {
                $blanks[$name] = $column['blank'];
            }
        }

        return $blanks;
    }

    /** @return array[] engine and charset by table name */
    public function tables(): array
    {
        if ($this->tables !== null) {
            return $this->tables;
        }
        $query = $this->db->table('information_schema.tables')
            ->selectRaw('TABLE_NAME AS name, ENGINE AS engine, TABLE_COLLATION AS collation')
            ->whereRaw('TABLE_SCHEMA = DATABASE()')
            ->whereIn('TABLE_NAME', $this->tableNames())
            ->orderBy('TABLE_NAME');
        $tables = [];
        foreach ($this->db->rows($query) as $row) {
            $tables[$row['name']] = [
                'engine' => (string) $row['engine'],
                'charset' => explode('_', (string) $row['collation'])[0],
            ];
        }
        $this->tables = $tables;

        return $tables;
    }

    /** @return string[] those of the tables that are here and not InnoDB, sorted */
    public function nonTransactional(array $tables): array
    {
        $found = array_filter(array_intersect_key($this->tables(), array_flip($tables)), function (array $table): bool {
            return strcasecmp($table['engine'], 'InnoDB') !== 0;
        });
        ksort($found, SORT_STRING);

        return array_keys($found);
    }

    private function load(): array
    {
        if ($this->columns !== null) {
            return $this->columns;
        }
        $query = $this->db->table('information_schema.columns')
            ->selectRaw(
                'TABLE_NAME AS t, COLUMN_NAME AS c, DATA_TYPE AS type, CHARACTER_MAXIMUM_LENGTH AS characters, '
                    . 'NUMERIC_PRECISION AS digits,'
                . ' NUMERIC_SCALE AS scale, CHARACTER_SET_NAME AS charset, COLUMN_DEFAULT AS standard, '
                . 'IS_NULLABLE AS nullable, EXTRA AS extra,'
                . ' @@character_set_client AS sent'
            )
            ->whereRaw('TABLE_SCHEMA = DATABASE()')
            ->whereIn('TABLE_NAME', $this->tableNames());
        $columns = [];
        foreach ($this->db->rows($query) as $row) {
            $text = $row['characters'] !== null;
            $type = strtolower($row['type']);
            $number = $row['digits'] !== null;
            // A connection of character set utf8 replaces what it cannot carry, before any column sees it.
            $narrow = $row['charset'] === 'utf8mb4' && in_array($row['sent'], ['utf8', 'utf8mb3'], true);
            $columns[$row['t']][$row['c']] = [
                'type' => $type,
                'is_number' => $number,
                'characters' => $text ? (int) $row['characters'] : null,
                'precision' => $number ? (int) $row['digits'] : null,
                'scale' => $number ? (int) $row['scale'] : null,
                'charset' => $text ? (string) ($narrow ? $row['sent'] : $row['charset']) : '',
                'nullable' => $row['nullable'] === 'YES',
                'demanding' => $row['standard'] === null && $row['nullable'] === 'NO' && strpos(
                    (string) $row['extra'],
                    'auto_increment'
                ) === false,
                'blank' => self::blank($type, $number),
            ];
        }
        $this->columns = $columns;

        return $columns;
    }

    /**
     * @return mixed
     */
    private static function blank(string $type, bool $number)
    {
        if ($number) {
            return 0;
        }
        if ($type === 'datetime' || $type === 'timestamp') {
            return date('Y-m-d H:i:s');
        }

        return $type === 'date' ? date('Y-m-d') : '';
    }
}
