<?php

declare(strict_types=1);

namespace TerraformCompanion;

use TerraformCompanion\Field\Composite;
use TerraformCompanion\Field\Money;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Describes this installation, and checks the assumptions of the companion in it.
 */
final class Info
{
    private $context;

    public function __construct(Context $context)
    {
        $this->context = $context;
    }

    public function payload(): array
    {
        $this->context->codecs()->lookAgain();
        $config = $this->context->config();
        $faults = (new Validator($this->context))->settingsFaults();
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
            'read_only' => $faults || $config->isReadOnly(),
            'allow_delete' => !$faults && $config->allowsDelete(),
            'kinds' => $this->context->kinds()->served(),
            'tables' => (object) $tables,
            'column_scales' => (object) $this->scales(),
            'modules' => ['server' => $modules->installed('servers'), 'addons' => $modules->installed('addons')],
            'toplink' => [
                'module' => $config->toplinkModule(),
                'options' => (object) $config->toplinkOptions(),
                'hash_keys' => (object) $config->toplinkHashKeys(),
                'system_field' => $config->toplinkSystemField(),
            ],
            'codecs' => (object) $this->codecs(),
            'hooks_registered' => is_file(Config::root() . Evidence::HOOK_FILE),
            'caller_ip' => $this->context->callerIp(),
            'evidence' => (new Evidence($this->context))->all($tables, $database),
        ];
    }

    private function scales(): array
    {
        $scales = ['pricing' => $this->context->schema()->scale('tblpricing', 'monthly')];
        foreach ($this->context->kinds()->all() as $kind) {
            foreach ($kind->fields() as $field) {
                $parts = $field instanceof Composite ? $field->parts() : ['' => $field];
                foreach ($parts as $name => $part) {
                    if ($part instanceof Money && $part->isSupported()) {
                        $scales[
                            $kind->name() . '.' . $field->name() . ($name === '' ? '' : '.' . $name)
                        ] = $part->scale();
                    }
                }
            }
        }

        return $scales;
    }

    private function codecs(): array
    {
        $codecs = [];
        foreach ($this->context->kinds()->all() as $kind) {
            $codecs += $kind->codecs();
        }
        $chosen = $this->context->codecs()->ofModules(Field\ModuleOptions::CODEC);

        return $codecs + ($chosen === null ? [] : [Field\ModuleOptions::CODEC => $chosen]);
    }
}
