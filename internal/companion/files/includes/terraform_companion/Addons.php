<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Addon modules as WHMCS stores them (seen). tbladdonmodules has rows of module, setting and value. ActiveAddonModules
 * lists the active modules. AddonModulesPerms is a serialized array role → module → name. From 8.13 on, values may be
 * encrypted. A class of WHMCS then reads and writes them.
 */
final class Addons
{
    public const TABLE = 'tbladdonmodules';

    private const ACTIVE = 'ActiveAddonModules';

    private const PERMISSIONS = 'AddonModulesPerms';

    /**
     * The messages of WHMCS (documented) if an action does not support modules of this type, or a folder with this
     * name. Names with capitals are refused.
     */
    private const NOT_FOR_THIS_MODULE = '/^(Invalid module (type|name)|Module (de)?activation not supported)/i';

    private $context;

    private $declarations;

    public function __construct(Context $context)
    {
        $this->context = $context;
        $this->declarations = new AddonDeclarations($context);
    }

    // Reading

    /** @return array[] stored values by setting, by module, of those that are active */
    public function active(bool $lock = false): array
    {
        if (!$this->context->schema()->has(self::TABLE, 'setting')) {
            return [];
        }
        $query = $this->context->db()->table(self::TABLE)
            ->select('module', 'setting', 'value')->orderBy('module')->orderBy('setting');
        $modules = [];
        foreach ($this->context->db()->rows($lock ? $query->lockForUpdate() : $query) as $row) {
            $modules[(string) $row['module']][(string) $row['setting']] = (string) $row['value'];
        }
        $names = $this->names($lock);

        return array_filter($modules, function (array $settings, string $module) use ($names): bool {
            return isset($settings['version']) || in_array((string) $module, $names, true);
        }, ARRAY_FILTER_USE_BOTH) + array_fill_keys($names, []);
    }

    public function isActive(string $module): bool
    {
        return isset($this->active()[$module]);
    }

    /** @return array stored values by setting, active or not */
    public function stored(string $module): array
    {
        if (!$this->context->schema()->has(self::TABLE, 'setting')) {
            return [];
        }
        $query = $this->context->db()->table(self::TABLE)->select('setting', 'value')->where('module', $module);

        return array_column($this->context->db()->rows($query), 'value', 'setting');
    }

    /** @return string|null a setting in plain text. Null if it is not stored. */
    public function setting(string $module, string $name): ?string
    {
        $stored = $this->stored($module);

        return isset($stored[$name]) ? $this->value($module, $name, $stored[$name]) : null;
    }

    /** @return int the rows of a setting: nothing in the table keeps it to one */
    public function countOf(string $module, string $name): int
    {
        if (!$this->context->schema()->has(self::TABLE, 'setting')) {
            return 0;
        }

        return (int) $this->context->db()->table(self::TABLE)
            ->where('module', $module)->where('setting', $name)->count();
    }

    /** Stores one setting, through WHMCS's own action where the module's declaration names it. */
    public function put(string $module, string $name, string $value): void
    {
        if (in_array($name, (array) $this->knownFields($module), true)) {
            $this->set($module, [$name => $value]);
        } else {
            $this->store($module, $name, $value);
        }
    }

    /** @return array columns by table, of those that are called after the module */
    public function tables(string $module): array
    {
        $query = $this->context->db()->table('information_schema.columns')
            ->selectRaw('TABLE_NAME AS t, COLUMN_NAME AS c')
            ->whereRaw('TABLE_SCHEMA = DATABASE()')
            ->where('TABLE_NAME', 'like', str_replace('_', '\\_', 'mod_' . $module) . '%')
            ->orderBy('TABLE_NAME')
            ->orderBy('ORDINAL_POSITION');
        $tables = [];
        foreach ($this->context->db()->rows($query) as $row) {
            $tables[$row['t']][] = (string) $row['c'];
        }

        return $tables;
    }

    /** @return array version, access, and the other settings: plain texts and hidden fingerprints by name */
    public function shown(string $module, array $settings): array
    {
        $harmless = $this->declarations->harmless($module);
        $row = [
            'version' => isset($settings['version']) ? $this->value($module, 'version', $settings['version']) : '',
            'access' => '',
            'plain' => [],
            'hidden' => [],
        ];
        foreach ($settings as $name => $stored) {
            if ((string) $name === 'version') {
                continue;
            }
            $value = $this->value($module, (string) $name, $stored);
            if ((string) $name === 'access') {
                $row['access'] = $value;
            } elseif (in_array((string) $name, $harmless, true)) {
                $row['plain'][$name] = $value;
            } else {
                $this->context->secrets()->remember($value);
                $row['hidden'][$name] = $this->context->secrets()->fingerprint($value);
            }
        }
        ksort($row['plain'], SORT_STRING);
        ksort($row['hidden'], SORT_STRING);

        return $row;
    }

    /** A stored value in the clear (seen: `Setting::getSettingValueForModule` decrypts where WHMCS encrypts). */
    private function value(string $module, string $setting, string $stored): string
    {
        $class = '\\WHMCS\\Module\\Addon\\Setting';
        if (!class_exists($class) || !method_exists($class, 'getSettingValueForModule')) {
            return (string) $stored;
        }

        return ThirdParty::call(function () use ($class, $module, $setting): string {
            return (string) $class::getSettingValueForModule($module, $setting);
        });
    }

    /** @return array name, version and fields that the module declares, by running its code */
    public function declared(string $module): array
    {
        return $this->declarations->ask($module);
    }

    /** @return string[]|null see AddonDeclarations */
    public function knownFields(string $module): ?array
    {
        return $this->declarations->knownFields($module);
    }

    /** @param bool[] $isSecret by the names of the settings that are written */
    public function markSecrets(string $module, array $isSecret): void
    {
        $this->declarations->markSecrets($module, $isSecret);
    }

    /** Lets no message carry what may be a secret of the module. */
    public function rememberSecrets(string $module): void
    {
        $this->shown($module, $this->stored($module));
    }

    // Activation, outside any transaction

    public function isActivating(string $module, string $key): bool
    {
        return $this->context->store()->setting(self::activatingName($module)) === $key && $this->isActive($module);
    }

    /** @return bool whether it was done without WHMCS's own action */
    public function activate(string $module, string $key): bool
    {
        if ($this->isActivating($module, $key)) {
            return false;
        }
        $declared = $this->declared($module);
        // Until the write's transaction ends, this key owns the module: should it be cut short, it may go on.
        $this->context->store()->put(self::activatingName($module), $key);
        if ($this->officially('ActivateModule', $module)) {
            if (!$this->isActive($module)) {
                throw new \RuntimeException(
                    'ActivateModule reports success, but the addon module ' . $module . ' is not active'
                );
            }

            return false;
        }
        $this->run($module, 'activate');
        if (!isset($this->stored($module)['version'])) {
            $this->insert($module, 'version', $declared['version']);
        }
        $this->rename(array_merge($this->names(true), [$module]));

        return true;
    }

    /** The creation's transaction ends the ownership of its key. */
    public function activated(string $module): void
    {
        $this->context->store()->forget(self::activatingName($module));
    }

    /** @return bool whether it was done without WHMCS's own action */
    public function deactivate(string $module): bool
    {
        // Of a module whose files are gone there is no code to run: its rows are all that is left.
        if (!$this->context->modules()->has($module, 'addons') || $this->officially('DeactivateModule', $module)) {
            return false;
        }
        $this->run($module, 'deactivate');

        return true;
    }

    /** @return bool false if WHMCS says that it does not do that for this module */
    private function officially(string $action, string $module): bool
    {
        $code = $this->context->moduleCode();
        try {
            $answer = $code->watched('addons', $module, function () use ($action, $module): array {
                return ThirdParty::answer($action, ['moduleType' => 'addon', 'moduleName' => $module]);
            });
        } catch (\Throwable $error) {
            throw $code->failure('addons', $module, 'failed in ' . $action, $error);
        } finally {
            $this->context->db()->rollBack();
        }
        if ($answer['result'] === 'success') {
            return true;
        }
        if (preg_match(self::NOT_FOR_THIS_MODULE, (string) $answer['message'])) {
            return false;
        }
        $this->rememberSecrets($module);
        throw $this->refusal($module, 'refused: ' . $action . ' of WHMCS reports: ' . $answer['message']);
    }

    private function run(string $module, string $function): void
    {
        $problem = $this->context->modules()->runAddon($module, $function, $this->variables($module));
        if ($problem !== null) {
            throw $this->refusal($module, sprintf('refused: %s_%s reports: %s', $module, $function, $problem));
        }
    }

    private function refusal(string $module, string $what): Failure
    {
        return Failure::module(
            ModuleCode::title('addons', $module) . ' ' . $this->context->moduleCode()->readable($what)
        );
    }

    /** The argument of an addon module's functions (documented for `_output`): its settings and these values. */
    private function variables(string $module): array
    {
        $settings = [];
        foreach ($this->stored($module) as $name => $stored) {
            $settings[$name] = $this->value($module, (string) $name, (string) $stored);
        }
        unset($settings['access']);

        return ['modulelink' => 'addonmodules.php?module=' . $module, '_lang' => []] + $settings;
    }

    private static function activatingName(string $module): string
    {
        return 'activating.' . substr(sha1($module), 0, 40);
    }

    // Writing, inside the write's transaction

    /**
     * Stores settings through WHMCS's own action. Settings that read back differently are then stored directly.
     */
    public function set(string $module, array $settings): void
    {
        $parameters = ['moduleType' => 'addon', 'moduleName' => $module, 'parameters' => $settings];
        $this->context->moduleCode()->watched('addons', $module, function () use ($parameters): array {
            return ThirdParty::answer('UpdateModuleConfiguration', $parameters);
        });
        foreach ($settings as $name => $value) {
            $name = (string) $name;
            $stored = $this->stored($module);
            if (isset($stored[$name]) && $this->value($module, $name, $stored[$name]) === $value) {
                continue;
            }
            $this->store($module, $name, $value);
        }
    }

    /** @param string[] $roles ids of administrator role groups */
    public function giveAccess(string $module, array $roles): void
    {
        $this->store($module, 'access', implode(',', $roles));
        $permissions = $this->permissions(true);
        $names = array_map(function ($permitted) use ($module): ?string {
            return is_array($permitted) && isset($permitted[$module]) ? (string) $permitted[$module] : null;
        }, $permissions);
        $name = current(array_filter($names)) ?: $this->declarations->title($module);
        $this->savePermissions($this->without($permissions, $module), array_fill_keys($roles, [$module => $name]));
    }

    /** Refuses to write permissions over text that cannot be read. */
    public function checkAccess(string $path, Errors $errors): void
    {
        if ($this->permissions(false) === null) {
            $errors->unsupported($path, 'The setting ' . self::PERMISSIONS . ' of WHMCS cannot be read');
        }
    }

    /** Removes what is left of a deactivated module. */
    public function forget(string $module): void
    {
        $this->context->db()->table(self::TABLE)->where('module', $module)->delete();
        $this->rename(array_diff($this->names(true), [$module]));
        $permissions = $this->permissions(true);
        if ($permissions !== null) {
            $this->savePermissions($this->without($permissions, $module), []);
        }
        $this->declarations->forget($module);
        $this->context->store()->forget(self::activatingName($module));
    }

    private function store(string $module, string $setting, string $value): void
    {
        $class = '\\WHMCS\\Module\\Addon\\Setting';
        if (class_exists($class) && method_exists($class, 'setModuleValue')) {
            ThirdParty::call(function () use ($class, $module, $setting, $value): void {
                $class::setModuleValue($module, $setting, $value);
            });
            $stored = $this->stored($module);
            if (isset($stored[$setting]) && $this->value($module, $setting, $stored[$setting]) === $value) {
                return;
            }
        }
        $query = $this->context->db()->table(self::TABLE)->where('module', $module)->where('setting', $setting);
        if (isset($this->stored($module)[$setting])) {
            $query->update(['value' => $value]);
        } else {
            $this->insert($module, $setting, $value);
        }
    }

    private function insert(string $module, string $setting, string $value): void
    {
        $row = ['module' => $module, 'setting' => $setting, 'value' => $value];
        $this->context->db()->table(self::TABLE)->insert($row + $this->context->schema()->blanks(self::TABLE));
    }

    /** @return string[] */
    private function names(bool $lock = false): array
    {
        return array_values(array_filter(
            array_map('trim', explode(',', (string) $this->configuration(self::ACTIVE, $lock))),
            'strlen'
        ));
    }

    private function rename(array $names): void
    {
        $names = array_values(array_unique($names));
        if ($names !== $this->names(true)) {
            $this->configure(self::ACTIVE, implode(',', $names));
        }
    }

    /** @return array|null null where the text cannot be read */
    private function permissions(bool $lock): ?array
    {
        $text = (string) $this->configuration(self::PERMISSIONS, $lock);
        if ($text === '') {
            return [];
        }
        $permissions = ThirdParty::call(function () use ($text) {
            return unserialize($text, ['allowed_classes' => false]);
        });

        return is_array($permissions) ? $permissions : null;
    }

    private function without(array $permissions, string $module): array
    {
        foreach ($permissions as $role => $permitted) {
            if (is_array($permitted) && array_key_exists($module, $permitted)) {
                unset($permissions[$role][$module]);
                if (!$permissions[$role]) {
                    unset($permissions[$role]);
                }
            }
        }

        return $permissions;
    }

    private function savePermissions(array $permissions, array $added): void
    {
        foreach ($added as $role => $permitted) {
            $permissions[$role] = (
                isset($permissions[$role]) && is_array($permissions[$role]) ? $permissions[$role] : []
            ) + $permitted;
        }
        if ($permissions !== $this->permissions(true)) {
            $this->configure(self::PERMISSIONS, serialize($permissions));
        }
    }

    /** @return string|null */
    private function configuration(string $setting, bool $lock): ?string
    {
        $query = $this->context->db()->table('tblconfiguration')->select('value')->where('setting', $setting);
        $row = $this->context->db()->row($lock ? $query->lockForUpdate() : $query);

        return $row === null ? null : (string) $row['value'];
    }

    private function configure(string $setting, string $value): void
    {
        $query = $this->context->db()->table('tblconfiguration')->where('setting', $setting);
        if ($this->configuration($setting, true) === null) {
            $query->insert([
                'setting' => $setting,
                'value' => $value,
            ] + $this->context->schema()->blanks('tblconfiguration'));
        } else {
            $query->update(['value' => $value]);
        }
    }
}
