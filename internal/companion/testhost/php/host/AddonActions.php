<?php

declare(strict_types=1);

namespace TestHost;

use WHMCS\Database\Capsule;

/**
 * The official actions on modules, for addon modules. Parameters, responses and errors are documented. It is not
 * documented if they accept addon modules. An installation of this host either accepts them or does not. Assumed:
 * activation writes the row `version` only, and UpdateModuleConfiguration writes declared fields only.
 */
final class AddonActions
{
    public const ALL = [
        'activatemodule' => 'activate',
        'deactivatemodule' => 'deactivate',
        'updatemoduleconfiguration' => 'configure',
        'getmoduleconfigurationparameters' => 'parameters',
    ];

    private const LISTS = ['ActiveAddonModules', 'AddonModulesHooks'];

    public function run(string $action, array $input): array
    {
        $types = Host::current()->setting('addon_actions')
            ? ['addon', 'gateway', 'registrar']
            : ['gateway', 'registrar'];
        if (!isset($input['moduleType']) || !in_array($input['moduleType'], $types, true)) {
            throw new \InvalidArgumentException(
                'Invalid module type provided. Supported module types include: ' . implode(', ', $types)
            );
        }
        $name = isset($input['moduleName']) && is_string($input['moduleName']) ? $input['moduleName'] : '';
        $file = ROOTDIR . '/modules/addons/' . $name . '/' . $name . '.php';
        if ($input['moduleType'] !== 'addon' || !preg_match('/^[A-Za-z0-9_]+$/D', $name) || !is_file($file)) {
            throw new \InvalidArgumentException('Invalid module name provided.');
        }
        require_once $file;
        $given = isset($input['parameters']) && is_array($input['parameters']) ? $input['parameters'] : [];
        $method = self::ALL[$action];

        return $this->$method($name, $given);
    }

    private function activate(string $name, array $given): array
    {
        if ($this->isActive($name)) {
            throw new \InvalidArgumentException('Failed to activate: Module is already active');
        }
        $this->call($name, 'activate', 'Failed to activate: ');
        AddonSettings::write($name, 'version', (string) $this->declared($name)['version'], false);
        $this->store($name, $given);
        $this->listed('ActiveAddonModules', $name, true);
        if (is_file(ROOTDIR . '/modules/addons/' . $name . '/hooks.php')) {
            $this->listed('AddonModulesHooks', $name, true);
        }
        logActivity('Addon Module Activated: ' . $name);

        return [];
    }

    private function deactivate(string $name, array $given): array
    {
        if (!$this->isActive($name)) {
            throw new \InvalidArgumentException('Failed to deactivate: Module is not active');
        }
        $this->call($name, 'deactivate', 'Failed to deactivate: ');
        Capsule::table('tbladdonmodules')->where('module', $name)->delete();
        foreach (self::LISTS as $setting) {
            $this->listed($setting, $name, false);
        }
        logActivity('Addon Module Deactivated: ' . $name);

        return [];
    }

    private function configure(string $name, array $given): array
    {
        if (!$this->isActive($name)) {
            throw new \InvalidArgumentException('Module Configuration Update Failed: Module is not active');
        }
        $this->store($name, $given);
        logActivity('Addon Module Settings Changed: ' . $name);

        return [];
    }

    private function parameters(string $name, array $given): array
    {
        $parameters = [];
        foreach ($this->declared($name)['fields'] as $field => $declared) {
            $parameters[] = [
                'name' => $field,
                'displayName' => $declared['FriendlyName'],
                'fieldType' => $declared['Type'],
            ];
        }

        return ['parameters' => $parameters];
    }

    private function store(string $name, array $given): void
    {
        foreach ($this->declared($name)['fields'] as $field => $declared) {
            if (isset($given[$field])) {
                AddonSettings::write($name, $field, (string) $given[$field], $declared['Type'] === 'password');
            }
        }
    }

    private function declared(string $name): array
    {
        return call_user_func($name . '_config');
    }

    private function isActive(string $name): bool
    {
        return Capsule::table('tbladdonmodules')->where('module', $name)->count() > 0;
    }

    private function call(string $name, string $function, string $failure): void
    {
        if (!function_exists($name . '_' . $function)) {
            return;
        }
        try {
            // Deactivation gets the settings (seen: a module demands them).
            $settings = Capsule::table('tbladdonmodules')->where('module', $name)->pluck('value', 'setting');
            $variables = ['modulelink' => 'addonmodules.php?module=' . $name]
                + (is_array($settings) ? $settings : $settings->all());
            $answer = call_user_func($name . '_' . $function, $variables);
        } catch (\Exception $error) {
            throw new \InvalidArgumentException($failure . $error->getMessage());
        }
        if (is_array($answer) && isset($answer['status']) && $answer['status'] === 'error') {
            throw new \InvalidArgumentException($failure . $answer['description']);
        }
    }

    /** Puts a module on one of the lists that WHMCS keeps as comma-separated settings, or takes it off. */
    private function listed(string $setting, string $name, bool $present): void
    {
        $query = Capsule::table('tblconfiguration')->where('setting', $setting);
        $names = array_diff(array_filter(explode(',', (string) $query->value('value'))), [$name]);
        if ($present) {
            $names[] = $name;
        }
        $query->update(['value' => implode(',', $names)]);
    }
}
