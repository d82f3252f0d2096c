<?php
namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

use TerraformCompanion\Field\Composite;
use TerraformCompanion\Field\Money;

/**
 * What this installation is and how the companion's assumptions fare in it.
 */
final class Info
{
    private $context;

    public function __construct(Context $context)
    {
        $this->context = $context;
    }

    public function payload()
    {
        $config = $this->context->config();
        $modules = $this->context->modules();
        $tables = $this->context->schema()->tables();
        $database = $this->context->db()->select('SELECT VERSION() AS version, @@SESSION.sql_mode AS sql_mode')[0];

        return [
            'protocol' => Companion::PROTOCOL,
            'companion_version' => Companion::VERSION,
            'whmcs_version' => $this->context->installation()->whmcsVersion(),
            'php_version' => PHP_VERSION,
            'database' => $database,
            'system_url' => $this->context->installation()->systemUrl(),
            'read_only' => $config->isReadOnly(),
            'allow_delete' => $config->allowsDelete(),
            'kinds' => $this->context->kinds()->served(),
            'tables' => (object) $tables,
            'column_scales' => (object) $this->scales(),
            'modules' => ['server' => $modules->installed('servers'), 'addons' => $modules->installed('addons')],
            'toplink' => [
                'module' => $config->toplinkModule(),
                'options' => $config->toplinkOptions(),
                'hash_keys' => $config->toplinkHashKeys(),
            ],
            'codecs' => (object) $this->codecs(),
            'hooks_registered' => is_file(Config::root() . '/includes/hooks/terraform.php'),
            'caller_ip' => $this->context->callerIp(),
            'evidence' => $this->evidence($tables, $database),
        ];
    }

    private function scales()
    {
        $scales = ['pricing' => $this->context->schema()->scale('tblpricing', 'monthly')];
        foreach ($this->kinds() as $kind) {
            foreach ($kind->fields() as $field) {
                $parts = $field instanceof Composite ? $field->parts() : ['' => $field];
                foreach ($parts as $name => $part) {
                    if ($part instanceof Money && $part->isSupported()) {
                        $scales[$kind->name() . '.' . $field->name() . ($name === '' ? '' : '.' . $name)] = $part->scale();
                    }
                }
            }
        }

        return $scales;
    }

    private function codecs()
    {
        $codecs = [];
        foreach ($this->kinds() as $kind) {
            $codecs += $kind->codecs();
        }

        return $codecs;
    }

    private function kinds()
    {
        return array_map([$this->context->kinds(), 'get'], array_keys(Registry::KINDS));
    }

    private function evidence(array $tables, array $database)
    {
        $schema = $this->context->schema();
        $config = $this->context->config();
        $evidence = [];
        $check = function ($name, $ok, $grade, $detail) use (&$evidence) {
            $evidence[] = ['check' => $name, 'ok' => (bool) $ok, 'grade' => $grade, 'detail' => $detail];
        };

        $check('operator_settings', !$config->faults(), 'documented', $config->faults() ? implode('; ', $config->faults()) : 'companion.local.php is absent or sound');
        $missing = array_diff(['tblproductgroups', 'tblproducts', 'tblpricing', 'tblcurrencies', 'tblservers', 'tblservergroups', 'tblservergroupsrel'], array_keys($tables));
        $check('core_tables', !$missing, 'seen', $missing ? 'missing: ' . implode(', ', $missing) : 'all found');
        $engines = array_filter($tables, function ($table) {
            return strcasecmp($table['engine'], 'InnoDB') !== 0;
        });
        $check('transactional_tables', !$engines, 'seen', $engines ? 'not InnoDB: ' . implode(', ', array_keys($engines)) : 'all InnoDB');
        $narrow = array_filter($tables, function ($table) {
            return strpos($table['charset'], 'utf8mb4') !== 0;
        });
        $check('four_byte_text', !$narrow, 'seen', $narrow ? 'not utf8mb4: ' . implode(', ', array_keys($narrow)) : 'all utf8mb4');
        $strict = strpos($database['sql_mode'], 'STRICT_') !== false;
        $check('strict_sql_mode', $strict, 'seen', $strict ? 'on' : 'off: the companion compares what it wrote before it commits');
        $check('encryption', $this->encryptionWorks(), 'documented', 'EncryptPassword, then decryption, gives the same text');
        $check('group_slugs', $schema->has('tblproductgroups', 'slug'), 'seen', 'tblproductgroups.slug');
        $check('product_slugs', $schema->has('tblproducts_slugs', 'slug'), 'seen', 'tblproducts_slugs.slug');
        $recommendations = $config->recommendations();
        $check(
            'recommendations',
            $schema->has($recommendations['table'], $recommendations['recommended']),
            'assumed',
            $recommendations['table'] . '.' . $recommendations['recommended']
        );
        $renewals = $config->onDemandRenewals();
        $check('on_demand_renewals', $schema->has($renewals['table'], 'rel_id'), 'assumed', $renewals['table'] . '.rel_id');
        $check(
            'toplink_module',
            $this->context->modules()->has($config->toplinkModule()),
            'assumed',
            'modules/servers/' . $config->toplinkModule()
        );
        $check('toplink_hash', $this->toplinkHashReadable(), 'assumed', 'the access hash of every server of the TopLink module is empty or of the assumed form');

        return $evidence;
    }

    private function encryptionWorks()
    {
        $secrets = $this->context->secrets();
        $sample = bin2hex(random_bytes(8));
        try {
            return $secrets->decrypt($secrets->encrypt($sample)) === $sample;
        } catch (\Throwable $error) {
            return false;
        }
    }

    private function toplinkHashReadable()
    {
        $server = $this->context->kinds()->get('server');
        $query = $server->query()->select('accesshash')->where('type', $this->context->config()->toplinkModule())->where('accesshash', '<>', '');
        foreach ($this->context->db()->rows($query) as $row) {
            if ($server->field('toplink_dcim')->decoded((string) $row['accesshash']) === null) {
                return false;
            }
        }

        return true;
    }
}
