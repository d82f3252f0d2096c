<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Sends a response if other code ends the request: with `exit`, or with an error that cannot be caught in PHP. Without
 * it, the caller gets an empty page or the output of a module.
 *
 * A write that runs no module gets no response here. Its caller repeats it with the same key, and the stored response
 * shows the outcome.
 */
final class Interruption
{
    private const FATAL = E_ERROR | E_PARSE | E_CORE_ERROR | E_COMPILE_ERROR | E_USER_ERROR | E_RECOVERABLE_ERROR;

    /** Freed for the response, because the memory may be exhausted. */
    private const RESERVED_BYTES = 524288;

    private $context;

    private $isRead = false;

    private $isOver = true;

    /** @var string[] headers that were set before the companion began */
    private $headers = [];

    /** @var int|bool */
    private $status = false;

    private $level = 0;

    private $reserve = '';

    /** @var callable|null the response if the current code ends the request. Null if no such code runs. */
    private $onEnd;

    public function __construct(Context $context)
    {
        $this->context = $context;
    }

    /** @param string $action read or write */
    public function watch(string $action): void
    {
        $this->isOver = false;
        $this->isRead = $action === 'read';
        $this->headers = headers_list();
        $this->status = http_response_code();
        $this->level = ob_get_level();
        $this->reserve = str_repeat('x', self::RESERVED_BYTES);
        if (function_exists('register_shutdown_function')) {
            register_shutdown_function(function (): void {
                $this->answer();
            });
        }
    }

    /** Ends the watch. Headers that other code set, such as a redirect, are taken back. */
    public function over(): void
    {
        $this->isOver = true;
        $this->reserve = '';
        $this->restoreHeaders();
    }

    /**
     * Runs other code.
     *
     * @param callable $onEnd is given what the code printed, or PHP's error, if the code ends the request. It returns
     *                        the Failure that is the answer.
     * @return mixed what `$work` returns
     */
    public function during(callable $work, callable $onEnd)
    {
        $outer = $this->onEnd;
        $this->onEnd = $onEnd;
        try {
            return $work();
        } finally {
            $this->onEnd = $outer;
        }
    }

    /** Runs when PHP ends the request. */
    private function answer(): void
    {
        if ($this->isOver || ($this->onEnd === null && !$this->isRead)) {
            return;
        }
        $this->reserve = '';
        $this->isOver = true;
        set_error_handler(function (): bool {
            return true;
        });
        $printed = '';
        while (ob_get_level() > $this->level) {
            $printed = (string) ob_get_clean() . $printed;
        }
        $error = error_get_last();
        $isFatal = $error !== null && ($error['type'] & self::FATAL) !== 0;
        $failure = $this->failure($isFatal ? $error['message'] : $printed);
        if (ob_get_level() > 0) {
            ob_clean();
        }
        $this->restoreHeaders();
        if (!headers_sent()) {
            header('Content-Type: application/json');
        }
        printf('%s', Json::encode(Companion::failed($this->context, $failure)));
    }

    /** @param string $reason PHP's error, or what was printed */
    private function failure(string $reason): Failure
    {
        try {
            $this->context->db()->rollBack();
            if ($this->onEnd !== null) {
                return call_user_func($this->onEnd, $reason);
            }
            $reason = $this->context->moduleCode()->readable($reason);
        } catch (\Throwable $lost) {
            // Without a database, the caller still gets the known reason.
            $reason = '';
        }
        $isMemory = strpos($reason, 'Allowed memory size') === 0;
        $message = 'PHP ended the request before the companion could respond: '
            . ($reason === '' ? 'other code called exit' : $reason);

        return new Failure('internal', $message . ($isMemory ? '. Raise memory_limit in php.ini' : ''), []);
    }

    private function restoreHeaders(): void
    {
        if (headers_sent()) {
            return;
        }
        if (headers_list() !== $this->headers) {
            header_remove();
            foreach ($this->headers as $header) {
                header($header, false);
            }
        }
        if ($this->status === 200) {
            // A status line that PHP or a module has set outlives http_response_code().
            header('HTTP/1.1 200 OK');
        } elseif (is_int($this->status)) {
            http_response_code($this->status);
        }
    }
}
