<?php

declare(strict_types=1);

namespace TerraformCompanion\Kind;

use TerraformCompanion\Errors;
use TerraformCompanion\Field\AddonFingerprints;
use TerraformCompanion\Field\AddonSettings;
use TerraformCompanion\Field\AdminRoleNames;
use TerraformCompanion\Field\AdminRoles;
use TerraformCompanion\Field\ModuleName;
use TerraformCompanion\Field\Shown;
use TerraformCompanion\Registry;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * An active addon module. Creating it activates it, deleting it deactivates it.
 */
final class AddonModule extends NamedKind implements OutsideTransaction
{
    private $remarks = [];

    public function name(): string
    {
        return 'addon_module';
    }

    public function table(): string
    {
        return 'tbladdonmodules';
    }

    public function tables(): array
    {
        return ['tbladdonmodules', 'tblconfiguration'];
    }

    public function naturalKey(): array
    {
        return ['module'];
    }

    protected function define(): array
    {
        return [
            new ModuleName('module', ['column' => 'module', 'type' => 'addons', 'required' => true]),
            new Shown('version'),
            new AdminRoles('admin_role_ids'),
            new AdminRoleNames('admin_role_names'),
            new AddonSettings('settings'),
            new AddonFingerprints('settings_fingerprints'),
        ];
    }

    protected function all(bool $lock): array
    {
        $rows = [];
        foreach ($this->context->addons()->active($lock) as $module => $settings) {
            $module = (string) $module;
            $rows[$module] = [
                'id' => $module,
                'module' => $module,
            ] + $this->context->addons()->shown($module, $settings);
        }

        return $rows;
    }

    /** Runs the module's code for the list of its settings. The companion keeps which of them are not secrets. */
    public function prepare(array $values, ?string $id, array $expect): array
    {
        $this->remarks = [];
        $module = $id === null ? $values['module'] : $id;
        if (isset($values['settings'])) {
            $errors = new Errors();
            $this->field('settings')->resolve(
                $module,
                $values['settings'],
                $this->context->addons()->declared($module)['fields'],
                $errors
            );
            $errors->raise();
        } elseif (self::givesAccess($values) && $this->context->modules()->has($module, 'addons')) {
            // Its name is stored in the permissions. A module without files keeps the stored name.
            $this->context->addons()->declared($module);
        }

        return $values;
    }

    public function rules(array $values, ?array $before, array $unknown, Errors $errors): void
    {
        if ($before !== null && isset($values['module']) && $values['module'] !== $before['module']) {
            $errors->invalid('module', 'cannot change');
        }
        if (isset($values['admin_role_ids'], $values['admin_role_names'])) {
            $errors->invalid('admin_role_names', 'cannot be given together with admin_role_ids');
        }
        $module = $before === null ? self::effective('module', $values, null) : $before['module'];
        $settings = isset($values['settings']) && $this->isSolusVm2($module) ? $values['settings'] : [];
        foreach (array_keys($settings) as $name) {
            if ($this->context->solusVm2()->isConnection((string) $name)) {
                $errors->unsupported(
                    'settings.' . $name,
                    'is part of the connection to SolusVM 2. The operation connect changes it'
                );
            }
        }
        if (self::givesAccess($values)) {
            $this->context->addons()->checkAccess(
                isset($values['admin_role_ids']) ? 'admin_role_ids' : 'admin_role_names',
                $errors
            );
        }
    }

    private static function givesAccess(array $values): bool
    {
        return isset($values['admin_role_ids']) || isset($values['admin_role_names']);
    }

    public function continues(array $values, string $key): bool
    {
        return $this->context->addons()->isActivating($values['module'], $key);
    }

    public function before(string $op, ?string $id, array $values, string $key): void
    {
        $this->remarks = [];
        $direct = $op === 'create'
            ? $this->context->addons()->activate($values['module'], $key)
            : $this->context->addons()->deactivate($id);
        if ($direct && $op === 'create') {
            $this->remarks[] = 'WHMCS does not activate addon modules through its API here, so the companion activated '
                . 'the module directly. Save its settings once in the admin area, which registers its hooks';
        }
    }

    public function leftover(string $op, string $id): string
    {
        return $op === 'create'
            ? 'The addon module ' . $id . ' is active now, without what was to be set: repeat the request with the'
                . ' same key, import it, or deactivate it'
            : 'The addon module ' . $id . ' is deactivated now, and some of its settings may be left: delete it again';
    }

    /** The module is active by now. */
    public function insert(array $values): string
    {
        $this->context->addons()->activated($values['module']);

        return $values['module'];
    }

    public function apply(string $id, array $values, array $before): void
    {
        if (isset($values['settings'])) {
            $this->field('settings')->markSecrets($id);
        }
        foreach ($values as $name => $value) {
            $field = $this->field($name);
            if ($field->differences($field->rowForm($value), $before[$field->rowName()])) {
                $field->save($id, $value, $values + $before);
            }
        }
    }

    /** The settings of the SolusVM 2 addon are an object of their own too. */
    public function affects(string $op, ?string $id, array $values, ?array $before): array
    {
        $module = $id === null ? $values['module'] : $id;
        if (!$this->isSolusVm2($module)) {
            return [];
        }
        $settings = array_map('strval', array_keys(isset($values['settings']) ? $values['settings'] : []));
        $fields = array_filter($settings, [$this->context->solusVm2(), 'isPlace']);

        return $op === 'update' && !$fields ? [] : [['solusvm2_billing', ['1']]];
    }

    private function isSolusVm2(?string $module): bool
    {
        return Registry::isInstalled('solusvm2_billing') && $module === $this->context->solusVm2()->addon();
    }

    public function remarks(): array
    {
        return $this->remarks;
    }

    public function remove(string $id): void
    {
        $this->context->addons()->forget($id);
    }
}
