<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Runs the code of server and addon modules. Its side effects must not reach the companion: output, notices, headers,
 * an open transaction, `exit`. A failure of this code is `unsupported` and names the module and its reason.
 */
final class ModuleCode
{
    private const TYPES = ['servers' => 'server module', 'addons' => 'addon module'];

    private const REASON_LENGTH = 300;

    private $context;

    public function __construct(Context $context)
    {
        $this->context = $context;
    }

    /** @param string $type servers or addons */
    public static function file(string $type, string $name): string
    {
        return Config::root() . "/modules/$type/$name/$name.php";
    }

    public static function title(string $type, string $name): string
    {
        return 'The ' . self::TYPES[$type] . ' ' . $name;
    }

    /**
     * Loads a module and works with it.
     *
     * @param string        $type  servers or addons
     * @param callable      $work  gets a function that calls a function of the module: by the end of its name, with
     *                             arguments. It gives null if the module has no such function.
     * @param array         $page  what the module finds as the parameters of the request
     * @param callable|null $onEnd is given the sentence about it if the module ends the request
     * @return mixed what `$work` returns
     */
    public function run(string $type, string $name, callable $work, array $page = [], ?callable $onEnd = null)
    {
        if (!$this->context->modules()->has($name, $type)) {
            throw Failure::unsupported('module', self::missing($type, $name));
        }
        $before = [$_GET, $_POST, $_REQUEST, error_reporting(), date_default_timezone_get()];
        // The module must not see the parameters of the API request. They contain the credential and an `action`.
        list($_GET, $_POST, $_REQUEST) = [$page, $page, $page];
        $doing = 'cannot be loaded';
        $call = function (string $function, array $arguments = []) use ($name, &$doing) {
            $doing = 'failed in ' . $name . '_' . $function;

            return self::call($name . '_' . $function, $arguments);
        };
        try {
            return $this->watched($type, $name, function () use ($type, $name, $work, $call) {
                self::load(self::file($type, $name));

                return $work($call);
            }, $onEnd);
        } catch (\Throwable $error) {
            throw $this->failure($type, $name, $doing, $error);
        } finally {
            list($_GET, $_POST, $_REQUEST) = $before;
            error_reporting($before[3]);
            date_default_timezone_set($before[4]);
            if (!$this->context->db()->isInTransaction()) {
                $this->context->db()->rollBack();
            }
        }
    }

    /** @param string $type servers or addons */
    public static function missing(string $type, string $name): string
    {
        return sprintf(
            'The %s "%s" is not installed: WHMCS has no folder modules/%s/%2$s. Install it, or correct the name',
            self::TYPES[$type],
            $name,
            $type
        );
    }

    /** Loads a file without variables that its code could overwrite. */
    private static function load(): void
    {
        require_once func_get_arg(0);
    }

    /** @return mixed null if there is no such function */
    private static function call(string $function, array $arguments)
    {
        if (!function_exists($function)) {
            return null;
        }
        // A module may require arguments that WHMCS's documentation does not name.
        $missing = (new \ReflectionFunction($function))->getNumberOfRequiredParameters() - count($arguments);

        return call_user_func_array($function, array_merge($arguments, array_fill(0, max(0, $missing), [])));
    }

    /**
     * Runs work that may end the request by code of a module.
     *
     * @param callable|null $onEnd is given the sentence about it if the module ends the request
     * @return mixed what `$work` returns
     */
    public function watched(string $type, string $name, callable $work, ?callable $onEnd = null)
    {
        return $this->context->interruption()->during(function () use ($work) {
            return ThirdParty::call($work);
        }, function (string $reason) use ($type, $name, $onEnd): Failure {
            $this->rememberSecrets($type, $name);
            $reason = $this->readable($reason);
            $sentence = self::title($type, $name) . ' ended the request'
                . ($reason === '' ? ' without a reason' : ': ' . $reason);
            if ($onEnd !== null) {
                $onEnd($sentence);
            }

            return Failure::module($sentence);
        });
    }

    /** @param string $what what the module did not do */
    public function failure(string $type, string $name, string $what, \Throwable $error): Failure
    {
        $reason = $this->reason($type, $name, $error);

        return Failure::module(sprintf('%s %s: %s', self::title($type, $name), $what, $reason));
    }

    /** The part of a module's error that a response may contain. */
    public function reason(string $type, string $name, \Throwable $error): string
    {
        $this->rememberSecrets($type, $name);
        if ($error instanceof \PDOException) {
            return Db::describe($error);
        }
        $reason = $error->getMessage() === '' ? get_class($error) : $error->getMessage();
        if ($error instanceof \Error) {
            $reason .= sprintf(' (%s:%d)', basename($error->getFile()), $error->getLine());
        }

        return $this->readable($reason);
    }

    /** A text of other code in one line, without markup, paths of this host or secrets that are known. */
    public function readable(string $text): string
    {
        // The mask comes first: what follows could change a secret beyond recognition.
        $text = mb_convert_encoding($this->context->secrets()->mask($text), 'UTF-8', 'UTF-8');
        $text = (string) preg_replace('#</?[A-Za-z!][^<>]*>#', ' ', $text);
        $text = str_replace([Config::root() . '/', (string) realpath(Config::root()) . '/'], '', $text);
        $text = trim((string) preg_replace('/[\p{Cc}\s]+/u', ' ', $text));

        return mb_substr($text, 0, self::REASON_LENGTH);
    }

    /** A module may put the secrets with which it calls its system into its messages. */
    private function rememberSecrets(string $type, string $name): void
    {
        try {
            $type === 'servers' ? $this->rememberServers($name) : $this->context->addons()->rememberSecrets($name);
        } catch (\Throwable $error) {
            // The message of the module matters more than the mask.
        }
    }

    private function rememberServers(string $name): void
    {
        $query = $this->context->db()->table('tblservers')
            ->select('password', 'accesshash')->where('type', $name)->limit(100);
        foreach ($this->context->db()->rows($query) as $row) {
            $this->context->secrets()->decrypt((string) $row['password']);
            $this->context->secrets()->remember((string) $row['accesshash']);
        }
    }
}
