<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The installed hooks that store fields of an admin form. WHMCS documents that these hook points read the request
 * variables. The companion has no form, so it never runs them.
 */
final class FormHooks
{
    private const POINTS = ['AdminProductConfigFieldsSave', 'AddonConfigSave'];

    private const FILES = ['modules/servers/*/hooks.php', 'modules/addons/*/hooks.php', 'includes/hooks/*.php'];

    /** No more files than this are read. */
    private const MAX_FILES = 500;

    /** A larger file is not read. */
    private const MAX_BYTES = 262144;

    /**
     * Reads the files without running them. An encoded file shows nothing.
     *
     * @return array[] hook points by the path of the file below WHMCS's folder, sorted
     */
    public static function found(): array
    {
        $found = [];
        foreach (self::files() as $path) {
            $file = Config::root() . '/' . $path;
            if (!is_readable($file) || filesize($file) > self::MAX_BYTES) {
                continue;
            }
            $points = self::points((string) file_get_contents($file));
            if ($points) {
                $found[$path] = $points;
            }
        }

        return $found;
    }

    /** @return string[] */
    private static function files(): array
    {
        $root = Config::root() . '/';
        $files = [];
        foreach (self::FILES as $pattern) {
            foreach ((array) glob($root . $pattern) as $file) {
                $files[] = substr((string) $file, strlen($root));
            }
        }
        sort($files, SORT_STRING);

        return array_slice($files, 0, self::MAX_FILES);
    }

    /** @return string[] the points that the code names in a string, without those in comments */
    private static function points(string $code): array
    {
        $named = array_values(array_filter(self::POINTS, function (string $point) use ($code): bool {
            return strpos($code, $point) !== false;
        }));
        if (!$named || !function_exists('token_get_all')) {
            return $named;
        }
        $strings = [];
        foreach (token_get_all($code) as $token) {
            if (is_array($token) && $token[0] === T_CONSTANT_ENCAPSED_STRING) {
                $strings[] = substr($token[1], 1, -1);
            }
        }

        return array_values(array_intersect($named, $strings));
    }
}
