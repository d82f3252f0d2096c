<?php

declare(strict_types=1);

namespace TestHost;

use WHMCS\Database\Capsule;

/**
 * Rows of tbladdonmodules. In an installation that encrypts them, WHMCS\Module\Addon\Setting is this class. The names
 * of its two functions are those in modules that use them (seen). Their parameters are assumed. It encrypts passwords
 * (assumed).
 */
class AddonSettings
{
    private const MARK = 'testhost-encrypted:';

    public static function getSettingValueForModule(string $module, string $setting): ?string
    {
        $value = self::find($module, $setting)->value('value');

        return $value !== null && strpos($value, self::MARK) === 0
            ? decrypt(substr($value, strlen(self::MARK)))
            : $value;
    }

    /**
     * @param mixed $value
     */
    public static function setModuleValue(string $module, string $setting, $value): void
    {
        $fields = function_exists($module . '_config') ? call_user_func($module . '_config')['fields'] : [];
        self::write(
            $module,
            $setting,
            (string) $value,
            isset($fields[$setting]) && $fields[$setting]['Type'] === 'password'
        );
    }

    public static function write(string $module, string $setting, string $value, bool $isSecret): void
    {
        if ($isSecret && Host::current()->setting('encrypted_addon_settings')) {
            $value = self::MARK . encrypt($value);
        }
        if (self::find($module, $setting)->count() > 0) {
            self::find($module, $setting)->update(['value' => $value]);
        } else {
            Capsule::table('tbladdonmodules')->insert(['module' => $module, 'setting' => $setting, 'value' => $value]);
        }
    }

    private static function find(string $module, string $setting): object
    {
        return Capsule::table('tbladdonmodules')->where('module', $module)->where('setting', $setting);
    }
}
