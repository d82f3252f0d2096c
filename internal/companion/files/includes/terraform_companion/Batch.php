<?php
namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Many writes in one request, each a transaction of its own with a result of its own.
 */
final class Batch
{
    const MAX_OPS = 100;

    const MAX_BYTES = 98304;

    const SECONDS = 15;

    private $context;

    private $validator;

    private $writer;

    public function __construct(Context $context, Validator $validator, Writer $writer)
    {
        $this->context = $context;
        $this->validator = $validator;
        $this->writer = $writer;
    }

    public function run(Request $request)
    {
        $ops = $request->get('ops');
        if (!is_array($ops) || !$ops || count($ops) > self::MAX_OPS) {
            throw Failure::invalid('ops', 'must be a list of 1 to ' . self::MAX_OPS . ' writes');
        }
        if ($request->bytes() > self::MAX_BYTES) {
            throw Failure::invalid('', 'the request is larger than ' . self::MAX_BYTES . ' bytes');
        }
        $this->validator->brakes('batch', null, null);
        $this->validator->sameInstallation($request);
        $began = microtime(true);
        $results = [];
        foreach ($ops as $op) {
            if (microtime(true) - $began > self::SECONDS) {
                $results[] = ['ok' => false, 'code' => 'not_attempted', 'message' => 'The batch ran out of time before this write'];
            } else {
                $results[] = $this->one($op);
            }
        }

        return ['results' => $results];
    }

    private function one($fields)
    {
        try {
            if (!$fields instanceof \stdClass) {
                throw Failure::invalid('', 'must be an object');
            }
            $request = new Request($fields);
            $op = $request->text('op');
            if (!in_array($op, Writer::WRITES, true)) {
                throw Failure::invalid('op', 'must be one of ' . implode(', ', Writer::WRITES));
            }

            return ['ok' => true] + $this->writer->write($op, $request);
        } catch (Failure $failure) {
            return $this->failed($failure);
        } catch (\Throwable $error) {
            return $this->failed(Companion::internal($this->context, $error));
        }
    }

    private function failed(Failure $failure)
    {
        $result = ['ok' => false, 'code' => $failure->code(), 'message' => $failure->getMessage()];

        return $result + $failure->details();
    }
}
