<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * How the companion's assumptions fare in this installation, in the order of PROTOCOL.md. An entry is ok where the
 * assumption holds or does not matter here. The number of statements does not grow with the number of products.
 */
final class Evidence
{
    public const HOOK_FILE = '/includes/hooks/terraform.php';

    private const CORE_TABLES = [
        'tblproductgroups', 'tblproducts', 'tblpricing', 'tblcurrencies', 'tblservers', 'tblservergroups',
        'tblservergroupsrel',
    ];

    private $context;

    private $entries = [];

    public function __construct(Context $context)
    {
        $this->context = $context;
    }

    /** @return array[] check, ok, grade and detail */
    public function all(array $tables, array $database): array
    {
        $faults = (new Validator($this->context))->settingsFaults();
        $sound = $this->context->config()->isAbsent()
            ? 'companion.local.php does not exist, so all writes are refused'
            : 'companion.local.php has no fault';
        $this->add('operator_settings', !$faults, 'documented', $faults ? implode('. ', $faults) : $sound);
        $stale = OpCache::problem();
        $detail = 'changes of companion.local.php and of the companion take effect at the next request';
        $this->add('opcache', $stale === null, 'documented', $stale === null ? $detail : $stale);
        foreach ((new SettingsEvidence($this->context))->all() as $entry) {
            call_user_func_array([$this, 'add'], $entry);
        }
        $this->transactional();
        $this->textCodecs();
        $this->tables($tables, $database);
        $works = $this->encryptionWorks();
        $this->add(
            'encryption',
            $works,
            'documented',
            $works
                ? 'what EncryptPassword makes decrypts to the same text'
                : 'what EncryptPassword makes does not decrypt to the same text'
        );
        $this->laterColumns();
        $this->toplinkHash();
        $this->formHooks();
        $this->localApiConnection();

        return $this->entries;
    }

    private function add(string $check, bool $ok, string $grade, string $detail): void
    {
        $this->entries[] = ['check' => $check, 'ok' => (bool) $ok, 'grade' => $grade, 'detail' => $detail];
    }

    /** For the tables that the companion writes. Tables that it only reads may have any engine. */
    private function transactional(): void
    {
        $written = array_keys(Store::TABLES);
        foreach ($this->context->kinds()->all() as $kind) {
            $written = $kind->isWritable() ? array_merge($written, $kind->tables()) : $written;
        }
        $found = $this->context->schema()->nonTransactional($written);
        $this->add(
            'transactional_tables',
            !$found,
            'seen',
            $found ? 'not InnoDB: ' . implode(', ', $found) : 'all tables that are written are InnoDB'
        );
    }

    private function textCodecs(): void
    {
        $mixed = [];
        foreach ($this->context->kinds()->all() as $kind) {
            foreach ($kind->mixedText() as $field => $rows) {
                $mixed[$field] = sprintf(
                    '%s (encoded in row %s, not in row %s)',
                    $field,
                    $rows['entity'],
                    $rows['bare']
                );
            }
        }
        $this->add(
            'text_codecs',
            !$mixed,
            'seen',
            $mixed
                ? 'stored in both ways: ' . implode(', ', $mixed)
                : 'no text column holds both encoded and plain text'
        );
    }

    private function tables(array $tables, array $database): void
    {
        $missing = array_diff(self::CORE_TABLES, array_keys($tables));
        $this->add('core_tables', !$missing, 'seen', $missing ? 'missing: ' . implode(', ', $missing) : 'all found');
        $narrow = array_filter($tables, function (array $table): bool {
            return strpos($table['charset'], 'utf8mb4') !== 0;
        });
        $detail = $narrow
            ? 'not utf8mb4: ' . implode(', ', array_keys($narrow)) . '. Text with an emoji is refused there'
            : 'all tables are utf8mb4';
        $this->add('four_byte_text', !$narrow, 'seen', $detail);
        // WHMCS itself switches it off, so this is not a fault. Truncated text is detected by reading back before the
        // commit.
        $strict = strpos($database['sql_mode'], 'STRICT_') !== false;
        $this->add(
            'strict_sql_mode',
            true,
            'seen',
            $strict ? 'on' : 'off, as WHMCS wants it: the companion compares what it wrote before it commits'
        );
    }

    private function encryptionWorks(): bool
    {
        $secrets = $this->context->secrets();
        $sample = bin2hex(random_bytes(8));
        try {
            return $secrets->decrypt($secrets->encrypt($sample)) === $sample;
        } catch (\Throwable $error) {
            return false;
        }
    }

    /**
     * A missing table or column is not a fault in an older WHMCS. In a newer WHMCS it has another name.
     */
    private function laterColumns(): void
    {
        $config = $this->context->config();
        $recommendations = $config->recommendations();
        $later = [
            ['group_slugs', 'seen', '8.3', 'tblproductgroups', 'slug'],
            ['product_slugs', 'seen', '8.3', 'tblproducts_slugs', 'slug'],
            ['recommendations', 'assumed', '9.0', $recommendations['table'], $recommendations['recommended']],
            ['on_demand_renewals', 'assumed', '9.0', $config->onDemandRenewals()['table'], 'rel_id'],
        ];
        $version = $this->context->installation()->whmcsVersion();
        foreach ($later as list($check, $grade, $since, $table, $column)) {
            $found = $this->context->schema()->has($table, $column);
            $older = version_compare($version, $since, '<');
            $detail = sprintf($found ? '%s.%s exists' : '%s.%s does not exist', $table, $column);
            $this->add(
                $check,
                $found || $older,
                $grade,
                $detail
                    . (
                        !$found && $older ? '. WHMCS ' . $version
                            . ' may be too old to have it. The provider works without it' : ''
                    )
            );
        }
    }

    private function toplinkHash(): void
    {
        $server = $this->context->kinds()->get('server');
        $query = $server->query()->select('id', 'accesshash')->where(
            'type',
            $this->context->config()->toplinkModule()
        )->where('accesshash', '<>', '');
        $unreadable = [];
        foreach ($this->context->db()->rows($query) as $row) {
            if ($server->field('toplink_dcim')->decoded((string) $row['accesshash']) === null) {
                $unreadable[] = $row['id'];
            }
        }
        $this->add('toplink_hash', !$unreadable, 'assumed', $unreadable
            ? 'the access hash is not of the assumed form in the servers '
                . implode(', ', array_slice($unreadable, 0, 20))
            : 'the access hash of every server of the TopLink module is empty or of the assumed form');
    }

    /** The companion cannot know whether an administrator has saved each product since, so a file is a finding. */
    private function formHooks(): void
    {
        $files = [];
        foreach (FormHooks::found() as $path => $points) {
            $files[] = sprintf('%s (%s)', $path, implode(', ', $points));
        }
        $this->add('form_hooks', !$files, 'documented', $files
            ? 'hooks that store fields of an admin form, which the companion never runs: '
                . implode(', ', array_slice($files, 0, 20)) . (count($files) > 20 ? ' and more' : '')
            : 'no readable hook file of an installed module stores fields of an admin form');
    }

    /**
     * AddProduct must run on the connection of the write's transaction. Otherwise the database does not roll it back.
     * The server counts the statements of each connection.
     */
    private function localApiConnection(): void
    {
        $count = function (): int {
            $rows = $this->context->db()->select("SHOW SESSION STATUS LIKE 'Questions'");

            return $rows ? (int) array_change_key_case($rows[0])['value'] : 0;
        };
        $first = $count();
        $second = $count();
        $answer = ThirdParty::answer('GetCurrencies', []);
        $isSame = $count() - $second > $second - $first;
        $this->add('local_api_connection', $isSame, 'assumed', $isSame
            ? 'the local API runs its statements on the companion\'s database connection'
            : 'the local API ran no statement on the companion\'s database connection (GetCurrencies: '
                . $answer['result'] . ')');
    }
}
