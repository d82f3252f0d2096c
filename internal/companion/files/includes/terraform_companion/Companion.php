<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The entry point of both API actions: runs a request and builds its response. It raises no exception and no notice.
 */
final class Companion
{
    /** The companion's own version, as in internal/companion/companion.go. */
    public const VERSION = '0.1.0';

    public const PROTOCOL = 1;

    /**
     * @param string $action  read or write
     * @param array  $input   the parameters in the request's body, not in its URL, which is logged
     * @param array  $server  PHP's $_SERVER
     * @return array the response that WHMCS sends
     */
    public static function answer(string $action, array $input, array $server): array
    {
        set_error_handler(function (int $severity, string $message, string $file, int $line): bool {
            if ($severity & (E_DEPRECATED | E_USER_DEPRECATED)) {
                // The frameworks of older WHMCS versions raise many of them on newer PHP versions. With display_errors
                // they would be printed before the response.
                return true;
            }
            if (!(error_reporting() & $severity)) {
                return false;
            }
            throw new \ErrorException($message, 0, $severity, $file, $line);
        });
        $context = new Context($server);
        $context->interruption()->watch($action);
        try {
            $context->store()->ensure();
            $context->secrets()->ready();
            $payload = self::run($context, $action, $input, $server);
            $payload['installation'] = $context->installation()->id();

            return ['result' => 'success', 'payload' => Json::payload($payload)];
        } catch (Failure $failure) {
            return self::failed($context, $failure);
        } catch (\Throwable $error) {
            return self::failed($context, Failure::ofDatabase($error) ?: self::internal($context, $error));
        } finally {
            $context->interruption()->over();
            restore_error_handler();
        }
    }

    private static function run(Context $context, string $action, array $input, array $server): array
    {
        $request = Request::parse($input, $server);
        if ($action === 'read') {
            return (new Reader($context))->run($request);
        }

        return (new Writer($context))->run($request);
    }

    /**
     * Turns an unexpected error into `internal`. Its text goes to the activity log under a reference, never to the
     * caller. If the activity log cannot be written, the text goes to the error log of PHP.
     */
    public static function internal(Context $context, \Throwable $error): Failure
    {
        $missing = self::missingFunction($error);
        $reference = bin2hex(random_bytes(6));
        $message = $error instanceof \PDOException ? Db::describe($error) : $error->getMessage();
        $text = sprintf(
            'Terraform companion: internal error %s: %s: %s (%s:%d)',
            $reference,
            get_class($error),
            $message,
            basename($error->getFile()),
            $error->getLine()
        );
        $isLogged = ThirdParty::log($context->secrets()->mask($text));
        $log = $isLogged ? 'The WHMCS activity log' : 'The error log of PHP';
        if ($missing !== null) {
            return Failure::unsupported('', $missing);
        }
        $shown = $error instanceof ShownError ? $error->getMessage() : 'The companion failed with an internal error';

        return new Failure(
            'internal',
            $shown . '. ' . $log . ' contains the details under the reference ' . $reference,
            ['reference' => $reference] + ($error instanceof ShownError ? $error->details() : [])
        );
    }

    /** @return string|null the next step if this PHP lacks a function */
    private static function missingFunction(\Throwable $error): ?string
    {
        $undefined = '/^Call to undefined function (?:\w+\\\\)*(\w+)\(\)$/D';
        $disabled = '/^(\w+)\(\) has been disabled for security reasons$/D';
        if (
            !preg_match($undefined, $error->getMessage(), $match)
            && !preg_match($disabled, $error->getMessage(), $match)
        ) {
            return null;
        }

        return sprintf(
            'PHP has no function %s here. Remove it from disable_functions in php.ini, or install the PHP extension'
                . ' that has it, and restart PHP',
            $match[1]
        );
    }

    /** @return array a failure as WHMCS sends it */
    public static function failed(Context $context, Failure $failure): array
    {
        $details = $failure->details();
        try {
            $details['installation'] = $context->installation()->id();
        } catch (\Throwable $error) {
            $details['installation'] = '';
        }

        return [
            'result' => 'error',
            'message' => $failure->getMessage(),
            'code' => $failure->code(),
            'payload' => Json::payload($details),
        ];
    }
}
