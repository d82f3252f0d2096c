<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The forms in which a text column stores text: `entity` (plain text, encoded by the admin area), `html` (unchanged
 * markup) or `raw` (unchanged plain text). The stored text decides, unless the operator chose a codec.
 *
 * The result is remembered per column. Later requests read the rows that were added since. All rows are read again
 * after an hour, by `info`, and before a text is refused because of a remembered result.
 */
final class Codecs
{
    public const NAMES = ['entity', 'html', 'raw'];

    private $db;

    private $store;

    private $config;

    /** Number of seconds for which a result is remembered. */
    private const REMEMBERED_SECONDS = 3600;

    private $chosen = [];

    /** @var array[] what columns hold, by field: the least id with `entity` text and with `bare` text, or null */
    private $found = [];

    /** @var bool whether everything is looked at again, instead of what is remembered */
    private $looksAgain = false;

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

    /**
     * Whether the texts in a column fit more than one codec, and the operator has not chosen one.
     *
     * @param array $column see of()
     */
    public function isMixed(string $table, string $field, array $column): bool
    {
        $isOpen = $this->config->codec($field) === null && $this->store->setting('codec.' . $field) === null;
        if (!$isOpen || !$this->isFoundMixed($field)) {
            return false;
        }
        $this->lookAgain();
        $this->evidence($table, [$field => $column]);

        return $this->isFoundMixed($field);
    }

    private function isFoundMixed(string $field): bool
    {
        return isset($this->found[$field]) && $this->found[$field]['entity'] && $this->found[$field]['bare'];
    }

    /** Forgets what was remembered of all columns, for this request. Codecs that were chosen already stay. */
    public function lookAgain(): void
    {
        if (!$this->looksAgain) {
            $this->looksAgain = true;
            $this->found = [];
        }
    }

    /**
     * The codec of fields with text of other modules. They have a codec only if the operator chose one.
     */
    public function ofModules(string $field): ?string
    {
        $codec = $this->config->codec($field);

        return in_array($codec, self::NAMES, true) ? $codec : null;
    }

    public static function doubt(string $field): string
    {
        return sprintf(
            'contains one of & < > " \'. The stored text does not show if WHMCS encodes these characters here. '
                . 'Choose the codec in companion.local.php:'
                . " 'codecs' => ['%s' => 'entity'] if the admin area encodes them, 'raw' if it does not",
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
     * The stored forms of a table's columns, with one statement for all columns that were not read before.
     *
     * @return array by field: the least id of a row with `entity` text and of one with `bare` text, null if there
     * is none
     */
    private function evidence(string $table, array $columns): array
    {
        $open = array_diff_key($columns, $this->found);
        if ($open) {
            $remembered = $this->looksAgain ? [] : $this->remembered($table);
            $known = array_intersect_key($remembered, $open);
            $after = count($known) === count($open) ? min(array_column($known, 'last')) : 0;
            list($last, $found) = $this->scan($table, $open, $after);
            foreach ($found as $field => $new) {
                $before = $after === 0 ? ['since' => time()] + $new : $known[$field];
                $this->found[$field] = [
                    'entity' => $before['entity'] ?: $new['entity'],
                    'bare' => $before['bare'] ?: $new['bare'],
                ];
                $remembered[$field] = $this->found[$field] + ['last' => $last, 'since' => $before['since']];
            }
            // Inside a write's transaction the row would be locked, and reads would wait for its end.
            if (($after === 0 || $last > $after) && !$this->db->isInTransaction()) {
                $this->remember($table, $remembered);
            }
        }

        return array_intersect_key($this->found, $columns);
    }

    private function remember(string $table, array $found): void
    {
        try {
            $this->store->put('texts.' . $table, Json::encode((object) $found));
        } catch (\PDOException $error) {
            // A database that accepts no writes can still be read. The next request looks at the rows again.
            $this->store->clearCache();
        }
    }

    /** @return array[] entity, bare, last and since by field, of the fields that need no look at all rows */
    private function remembered(string $table): array
    {
        $stored = Json::arrays(Json::decode((string) $this->store->setting('texts.' . $table)));

        return array_filter((array) $stored, function (array $field): bool {
            return abs(time() - $field['since']) <= self::REMEMBERED_SECONDS;
        });
    }

    /**
     * Looks at the rows after an id.
     *
     * @return array the greatest id, and what was found by field
     */
    private function scan(string $table, array $columns, int $after): array
    {
        $parts = ['MAX(id) AS last'];
        $fields = array_keys($columns);
        foreach ($fields as $number => $field) {
            // Bytes are found many times faster than text of a collation.
            $bytes = 'CAST(`' . $columns[$field]['column'] . '` AS BINARY)';
            $holds = function (string $text) use ($bytes): string {
                return "INSTR($bytes, '$text')";
            };
            // An ampersand that starts no entity is unencoded text. So is a character that the admin area always
            // encodes. In markup `&amp;` is ordinary. Only encoded tags show that the markup itself is encoded.
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
        $query = $this->db->table($table)->selectRaw(implode(', ', $parts))->where('id', '>', $after);
        $row = $this->db->rows($query)[0];
        $found = [];
        foreach ($fields as $number => $field) {
            $found[$field] = ['entity' => $row['e' . $number], 'bare' => $row['b' . $number]];
        }

        return [max($after, (int) $row['last']), $found];
    }
}
