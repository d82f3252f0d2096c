<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Calls code outside the companion: functions of WHMCS, server modules, and hooks of other modules. Their notices and
 * their output must not fail a request, and must not be printed before its response.
 */
final class ThirdParty
{
    /**
     * @return mixed what `$work` returns
     */
    public static function call(callable $work)
    {
        $quiet = function (): bool {
            return true;
        };
        $before = set_error_handler($quiet);
        $level = ob_get_level();
        ob_start();
        try {
            return $work();
        } finally {
            while (ob_get_level() > $level) {
                ob_end_clean();
            }
            self::restoreHandler($quiet, $before);
        }
    }

    /** Takes the handler of notices back to what it was, whatever other code has put on top of it or taken away. */
    private static function restoreHandler(callable $quiet, ?callable $before): void
    {
        for ($top = self::handler(); $top !== null && $top !== $quiet && $top !== $before; $top = self::handler()) {
            restore_error_handler();
        }
        if ($top === $quiet) {
            restore_error_handler();
        } elseif ($top !== $before) {
            set_error_handler($before);
        }
    }

    private static function handler(): ?callable
    {
        $top = set_error_handler(null);
        restore_error_handler();

        return $top;
    }

    /** Runs an API action as the authenticated administrator. */
    public static function api(string $action, array $parameters): array
    {
        $answer = self::answer($action, $parameters);
        if ($answer['result'] !== 'success') {
            throw new \RuntimeException($action . ' failed: ' . $answer['message']);
        }

        return $answer;
    }

    /**
     * The same, for responses of any result.
     *
     * @return array with result, and with message if it is not a success
     */
    public static function answer(string $action, array $parameters): array
    {
        $answer = self::call(function () use ($action, $parameters): array {
            return (array) localAPI($action, $parameters);
        });

        return $answer + ['result' => 'error', 'message' => 'no message'];
    }

    /**
     * Runs a hook point.
     *
     * @return string|null what went wrong
     */
    public static function hook(string $name, array $variables): ?string
    {
        if (!function_exists('run_hook')) {
            return null;
        }
        $form = [$_GET, $_POST, $_REQUEST];
        // Hooks that store fields of an admin form must find no form, and not the parameters of this request. These
        // hold the API credential. Two public modules read `id` or `packageconfigoption` in ProductEdit (seen). Both
        // keep what they have if it is absent.
        $_GET = $_POST = $_REQUEST = [];
        try {
            self::call(function () use ($name, $variables): void {
                run_hook($name, $variables);
            });
        } catch (\Throwable $error) {
            return $name . ': ' . self::describe($error);
        } finally {
            list($_GET, $_POST, $_REQUEST) = $form;
        }

        return null;
    }

    /**
     * The part of another code's failure that a response may contain. The message of a database error contains the
     * statement with its values.
     */
    public static function describe(\Throwable $error): string
    {
        if ($error instanceof \PDOException) {
            return get_class($error) . ' ' . $error->getCode();
        }

        return get_class($error) . ': ' . mb_substr($error->getMessage(), 0, 300);
    }

    /**
     * Writes to the activity log. Its admin page may print texts unescaped. Names and messages of other code must not
     * contain markup. If the activity log cannot be written, the text is written to the error log of PHP.
     *
     * @return bool whether the activity log was written
     */
    public static function log(string $text): bool
    {
        $escaped = htmlspecialchars($text, ENT_QUOTES | ENT_SUBSTITUTE, 'UTF-8');
        try {
            if (function_exists('logActivity')) {
                self::call(function () use ($escaped): void {
                    logActivity($escaped);
                });

                return true;
            }
        } catch (\Throwable $error) {
            // The audit trail is written after the commit: its failure must not make a done write look failed.
        }
        if (function_exists('error_log')) {
            error_log($text);
        }

        return false;
    }
}
