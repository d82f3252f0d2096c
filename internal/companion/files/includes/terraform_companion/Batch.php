<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Several validations in one request. Each has its own result.
 */
final class Batch
{
    private const MAX_OPS = 100;

    private const MAX_BYTES = 98304;

    private const SECONDS = 15;

    private $context;

    private $validate;

    /** @param callable $validate returns the payload of one validation for its Request */
    public function __construct(Context $context, callable $validate)
    {
        $this->context = $context;
        $this->validate = $validate;
    }

    public function run(Request $request): array
    {
        $ops = $request->get('ops');
        if (!is_array($ops) || !$ops || count($ops) > self::MAX_OPS) {
            throw Failure::invalid('ops', 'must be a list of 1 to ' . self::MAX_OPS . ' operations');
        }
        if ($request->bytes() > self::MAX_BYTES) {
            throw Failure::invalid('', 'The request must not be larger than ' . self::MAX_BYTES . ' bytes');
        }
        $began = microtime(true);
        $results = [];
        foreach ($ops as $op) {
            if (microtime(true) - $began > self::SECONDS) {
                $results[] = [
                    'ok' => false,
                    'code' => 'not_attempted',
                    'message' => 'The time limit of the batch ended before this operation',
                ];
            } else {
                $results[] = $this->one($op);
            }
        }

        return ['results' => $results];
    }

    /** @param mixed $fields of the operation, as JSON gave them */
    private function one($fields): array
    {
        try {
            if (!$fields instanceof \stdClass) {
                throw Failure::invalid('', 'Each element of ops must be an object');
            }
            $request = new Request($fields);
            if ($request->text('op') !== 'validate') {
                throw Failure::invalid('op', 'must be validate');
            }

            return ['ok' => true] + call_user_func($this->validate, $request);
        } catch (Failure $failure) {
            return $this->failed($failure);
        } catch (\Throwable $error) {
            return $this->failed(Companion::internal($this->context, $error));
        }
    }

    private function failed(Failure $failure): array
    {
        $result = ['ok' => false, 'code' => $failure->code(), 'message' => $failure->getMessage()];

        return $result + $failure->details();
    }
}
