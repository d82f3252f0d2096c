<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * PHP's cache of compiled files. With opcache.validate_timestamps=0 PHP does not notice that a file has changed.
 */
final class OpCache
{
    /**
     * Makes PHP compile a file again when it is next loaded, if the file has changed.
     *
     * @return bool whether PHP allows it. opcache.restrict_api and disable_functions may forbid it.
     */
    public static function forget(string $file): bool
    {
        if (!self::isUsed()) {
            return true;
        }

        // Not forced: with validated timestamps an unchanged file stays in the cache.
        return function_exists('opcache_invalidate') && @opcache_invalidate($file);
    }

    /** @return string|null why a change of the companion's files does not take effect, null if it does */
    public static function problem(): ?string
    {
        $source = (string) file_get_contents(__DIR__ . '/Companion.php');
        if (preg_match("/const VERSION = '([^']+)'/", $source, $found) && $found[1] !== Companion::VERSION) {
            return sprintf(
                'the companion\'s files are of version %s, and PHP still runs version %s. Reload PHP',
                $found[1],
                Companion::VERSION
            );
        }
        $isChecked = self::isOn('opcache.validate_timestamps') && (int) self::setting('opcache.revalidate_freq') === 0;
        // This file is never loaded, so there is nothing of it in the cache.
        if ($isChecked || self::forget(__DIR__ . '/companion.local.php.dist')) {
            return null;
        }

        return 'PHP caches compiled files (opcache.validate_timestamps, opcache.revalidate_freq). The companion may '
            . 'not remove companion.local.php from this cache (opcache.restrict_api, disable_functions). Reload PHP '
            . 'after each change of the file';
    }

    private static function isUsed(): bool
    {
        return self::isOn('opcache.enable') && (PHP_SAPI !== 'cli' || self::isOn('opcache.enable_cli'));
    }

    private static function isOn(string $setting): bool
    {
        return filter_var(self::setting($setting), FILTER_VALIDATE_BOOLEAN);
    }

    /** A host may disable ini_get. Nothing is claimed then. */
    private static function setting(string $name): string
    {
        return function_exists('ini_get') ? (string) ini_get($name) : '';
    }
}
