<?php
namespace TerraformCompanion\Kind;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

use TerraformCompanion\Errors;
use TerraformCompanion\Field\AddonFingerprints;
use TerraformCompanion\Field\AddonSettings;
use TerraformCompanion\Field\AdminRoleNames;
use TerraformCompanion\Field\AdminRoles;
use TerraformCompanion\Field\ModuleName;
use TerraformCompanion\Field\Shown;

/**
 * An active addon module. Creating it activates it, deleting it deactivates it.
 */
final class AddonModule extends NamedKind implements OutsideTransaction
{
    private $remarks = [];

    public function name()
    {
        return 'addon_module';
    }

    public function table()
    {
        return 'tbladdonmodules';
    }

    public function tables()
    {
        return ['tbladdonmodules', 'tblconfiguration'];
    }

    public function naturalKey()
    {
        return ['module'];
    }

    protected function define()
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

    protected function all($lock)
    {
        $rows = [];
        foreach ($this->context->addons()->active($lock) as $module => $settings) {
            $rows[$module] = ['id' => (string) $module, 'module' => (string) $module] + $this->context->addons()->shown($module, $settings);
        }

        return $rows;
    }

    /** Asks the module for its settings, which runs its code and tells the companion which of them are no secrets. */
    public function prepare(array $values, $id, array $expect)
    {
        $this->remarks = [];
        $module = $id === null ? $values['module'] : $id;
        if (isset($values['settings'])) {
            $errors = new Errors();
            $this->field('settings')->resolve($values['settings'], $this->context->addons()->declared($module)['fields'], $errors);
            $errors->raise();
        } elseif (self::givesAccess($values) && $this->context->modules()->has($module, 'addons')) {
            // Its name goes into the permissions; a module whose files are gone keeps the one it has there.
            $this->context->addons()->declared($module);
        }

        return $values;
    }

    public function rules(array $values, $before, array $unknown, Errors $errors)
    {
        if ($before !== null && isset($values['module']) && $values['module'] !== $before['module']) {
            $errors->invalid('module', 'cannot change: another module is another object');
        }
        if (isset($values['admin_role_ids'], $values['admin_role_names'])) {
            $errors->invalid('admin_role_names', 'says the same as admin_role_ids: give one of the two');
        }
        if (self::givesAccess($values)) {
            $this->context->addons()->checkAccess(isset($values['admin_role_ids']) ? 'admin_role_ids' : 'admin_role_names', $errors);
        }
    }

    private static function givesAccess(array $values)
    {
        return isset($values['admin_role_ids']) || isset($values['admin_role_names']);
    }

    public function continues(array $values, $key)
    {
        return $this->context->addons()->isActivating($values['module'], $key);
    }

    public function before($op, $id, array $values, $key)
    {
        $this->remarks = [];
        $direct = $op === 'create'
            ? $this->context->addons()->activate($values['module'], $key)
            : $this->context->addons()->deactivate($id);
        if ($direct && $op === 'create') {
            $this->remarks[] = 'WHMCS does not activate addon modules through its API here, so the module was activated directly:'
                . ' save its settings once in the admin area, which registers its hooks';
        }
    }

    public function stays($id)
    {
        return 'but the addon module ' . $id . ' is active now, without what was to be set: repeat the request with the same key, import it, or deactivate it';
    }

    /** The module is active by now. */
    public function insert(array $values)
    {
        $this->context->addons()->activated($values['module']);

        return $values['module'];
    }

    public function apply($id, array $values, array $before)
    {
        foreach ($values as $name => $value) {
            $field = $this->field($name);
            if ($field->differences($field->rowForm($value), $before[$field->rowName()])) {
                $field->save($id, $value, $values + $before);
            }
        }
    }

    public function remarks()
    {
        return $this->remarks;
    }

    public function remove($id)
    {
        $this->context->addons()->forget($id);
    }
}
