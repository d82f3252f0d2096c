<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * How a text column keeps its text: `entity` (plain text, entity-encoded by the admin area), `html` (markup,
 * verbatim) or `raw` (plain text, verbatim). Chosen by what the column holds, unless the operator says otherwise.
 */
final class Codecs
{
    public const NAMES = ['entity', 'html', 'raw'];

    private $db;

    private $store;

    private $config;

    private $chosen = [];

    private $found = [];

    public function __construct(Db $db, Store $store, Config $config)
    {
        $this->db = $db;
        $this->store = $store;
        $this->config = $config;
    }

    public static function decode(string $codec, string $stored): string
    {
        return $codec === 'entity' ? htmlspecialchars_decode($stored, ENT_QUOTES) : $stored;
    }

    public static function encode(string $codec, string $text): string
    {
        return $codec === 'entity' ? htmlspecialchars($text, ENT_QUOTES, 'UTF-8') : $text;
    }

    /**
     * Decides for all text columns of a table with one statement.
     *
     * @param array $columns by field such as product.name: column and `markup`, whether it holds markup by nature
     * @return array codec by field
     */
    public function of(string $table, array $columns): array
    {
        $open = [];
        foreach ($columns as $field => $column) {
            if (isset($this->chosen[$field])) {
                continue;
            }
            $fixed = $this->config->codec($field);
            $fixed = $fixed === null ? $this->store->setting('codec.' . $field) : $fixed;
            if (in_array($fixed, self::NAMES, true)) {
                $this->chosen[$field] = $fixed;
            } else {
                // No codec is chosen, or the choice is misspelt. A misspelt choice stops writes (Config), not reads.
                $open[$field] = $column;
            }
        }
        if ($open) {
            $this->chosen = $this->chosen + $this->byEvidence($table, $open);
        }

        return array_intersect_key($this->chosen, $columns);
    }

    /**
     * Keeps the codec under which the companion first writes a column. Text that it writes itself, such as a literal
     * `&amp;` in a raw column, must not turn the evidence round.
     */
    public function keep(string $field): void
    {
        if (
            isset($this->chosen[$field])
            && $this->config->codec($field) === null
            && $this->store->setting('codec.' . $field) === null
        ) {
            $this->store->storeOnce('codec.' . $field, $this->chosen[$field]);
        }
    }

    /** Whether the texts that were found fit more than one codec, and the operator has not chosen one. */
    public function isMixed(string $field): bool
    {
        return isset($this->found[$field]) && $this->found[$field]['entity'] && $this->found[$field]['bare']
            && $this->config->codec($field) === null && $this->store->setting('codec.' . $field) === null;
    }

    /**
     * The codec of fields that have none unless the operator says so: what stands in them belongs to other people's
     * modules.
     */
    public function ofModules(string $field): ?string
    {
        $codec = $this->config->codec($field);

        return in_array($codec, self::NAMES, true) ? $codec : null;
    }

    public static function doubt(string $field): string
    {
        return sprintf(
            'holds one of & < > " \', and how this WHMCS keeps them here cannot be told from what is stored; choose '
                . 'it in companion.local.php:'
                . " 'codecs' => ['%s' => 'entity'] where the admin area encodes them, 'raw' where it does not",
            $field
        );
    }

    /**
     * The text columns whose content speaks for both codecs, so that whichever is chosen misreads some rows. A column
     * that the operator decided is left out, and so is markup, in which `&lt;` beside a tag is ordinary.
     *
     * @return array by field: a row's id for each reading, `entity` and `bare`
     */
    public function mixed(string $table, array $columns): array
    {
        $open = [];
        foreach ($columns as $field => $column) {
            if (!$column['markup'] && $this->config->codec($field) === null) {
                $open[$field] = $column;
            }
        }

        return array_filter($open ? $this->evidence($table, $open) : [], function (array $found): bool {
            return $found['entity'] && $found['bare'];
        });
    }

    private function byEvidence(string $table, array $columns): array
    {
        $codecs = [];
        foreach ($this->evidence($table, $columns) as $field => $found) {
            $verbatim = $columns[$field]['markup'] ? 'html' : 'raw';
            // Bare characters outweigh entities, which may have been typed.
            if ($found['bare']) {
                $codecs[$field] = $verbatim;
            } elseif ($found['entity']) {
                $codecs[$field] = 'entity';
            } elseif ($columns[$field]['markup']) {
                $codecs[$field] = $verbatim;
            } else {
                $codecs[$field] = 'entity';
            }
        }

        return $codecs;
    }

    /**
     * What the columns of a table hold, with one statement for all that have not been looked at.
     *
     * @return array by field: the least id of a row with `entity` text and of one with `bare` text, null where there
     * is none
     */
    private function evidence(string $table, array $columns): array
    {
        $parts = [];
        $fields = array_keys(array_diff_key($columns, $this->found));
        foreach ($fields as $number => $field) {
            // Bytes are found many times faster than text of a collation, and every request asks.
            $bytes = 'CAST(`' . $columns[$field]['column'] . '` AS BINARY)';
            $holds = function (string $text) use ($bytes): string {
                return "INSTR($bytes, '$text')";
            };
            // An ampersand that starts no entity, or one of the characters that the admin area never stores bare, is
            // text as it was typed. In markup `&amp;` is ordinary; only encoded tags tell that the markup itself is
            // encoded.
            $entities = $columns[$field]['markup'] ? ['&lt;'] : ['&amp;', '&lt;', '&gt;', '&quot;', '&#039;'];
            $parts[] = 'MIN(CASE WHEN ' . implode(' OR ', array_map($holds, $entities)) . " THEN id END) AS e$number";
            $rest = $bytes;
            foreach (['&amp;', '&lt;', '&gt;', '&quot;', '&#039;'] as $entity) {
                $rest = "REPLACE($rest, '$entity', '')";
            }
            // No entity holds one of the four others, so only the ampersand needs a look at what is left without them.
            $parts[] = 'MIN(CASE WHEN ' . implode(' OR ', array_map($holds, ['<', '>', '"', "''"])) . ' OR '
                . $holds('&')
                . " AND INSTR($rest, '&') THEN id END) AS b$number";
        }
        if ($parts) {
            $row = $this->db->rows($this->db->table($table)->selectRaw(implode(', ', $parts)))[0];
            foreach ($fields as $number => $field) {
                $this->found[$field] = ['entity' => $row['e' . $number], 'bare' => $row['b' . $number]];
            }
        }

        return array_intersect_key($this->found, $columns);
    }
}
