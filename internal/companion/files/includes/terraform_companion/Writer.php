<?php

declare(strict_types=1);

namespace TerraformCompanion;

use TerraformCompanion\Kind\Kind;
use TerraformCompanion\SolusVm2\ConnectWrite;
use TerraformCompanion\Write\Change;
use TerraformCompanion\Write\Creation;
use TerraformCompanion\Write\Deletion;
use TerraformCompanion\Write\Write;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The operations of TerraformWrite.
 */
final class Writer
{
    private const WRITES = [
        'create' => Creation::class,
        'update' => Change::class,
        'delete' => Deletion::class,
        'connect' => ConnectWrite::class,
    ];

    private const LOCK_SECONDS = 20;

    private const ATTEMPTS = 3;

    /** @var Context */
    private $context;

    /** @var Validator */
    private $validator;

    public function __construct(Context $context)
    {
        $this->context = $context;
        $this->validator = new Validator($context);
    }

    public function run(Request $request): array
    {
        $op = $request->text('op');
        if (isset(self::WRITES[$op])) {
            return $this->write($op, $request);
        }
        switch ($op) {
            case 'test_connection':
                return (new Connection($this->context, $this->validator))->test($request);
            case 'module_schema':
                return (new Connection($this->context, $this->validator))->schema($request);
            default:
                throw Failure::unsupported('op', 'TerraformWrite has no operation ' . $op);
        }
    }

    /** Performs one write, from the checks of its form to its hooks. */
    private function write(string $op, Request $request): array
    {
        $write = $this->begin($op, $request);
        $replayed = $this->replay($write);
        if ($replayed !== null) {
            return $replayed;
        }
        $this->validator->sameInstallation($request);
        $write->prepare();
        $payload = $this->transact($write);
        if (isset($payload['replayed'])) {
            return $payload;
        }

        return (new AfterWrite($this->context))->run($op, $write->kind(), $payload, $write->affected());
    }

    /** Checks the form of the request, the safety settings and the kind. */
    private function begin(string $op, Request $request): Write
    {
        $request->key();
        $name = $op === 'connect' ? 'solusvm2_billing' : $request->text('kind');
        $id = $this->idOf($op, $name, $request);
        $values = $request->object('values');
        $request->object('expect');
        $request->flag('allow_duplicate_name');
        $request->texts('guard_live');
        $this->validator->checkSafetySettings($op, $name, $id);
        $kind = $this->validator->writable($name);
        if ($op !== 'connect') {
            $kind->requireOperation($op);
        }
        $this->validator->rememberSecrets($kind, $values);
        $class = self::WRITES[$op];

        return new $class($this->context, $kind, $id, $request);
    }

    private function idOf(string $op, string $kind, Request $request): ?string
    {
        if ($op === 'create') {
            return null;
        }

        return $op === 'connect' ? '1' : $request->id('id', Registry::hasNames($kind));
    }

    /** @return array|null the stored answer of a write with this key; null if there was none */
    private function replay(Write $write): ?array
    {
        $stored = $this->context->store()->storedResponse($write->key());
        if ($stored === null) {
            return null;
        }
        if (!hash_equals($stored['digest'], $write->digest())) {
            throw Failure::invalid('key', 'has been used for another request');
        }
        $answer = Json::decode($stored['answer']);
        if (!$answer instanceof \stdClass) {
            // Other code committed the claim of the key before the write was complete.
            throw new \RuntimeException('the first attempt with this key was cut short, and what it did is not known');
        }

        return (array) $answer + ['replayed' => true];
    }

    /**
     * Runs a write in its transaction, at most 3 times: again after a deadlock or a lock timeout.
     * One write of a kind runs at a time, so that two cannot take one natural key.
     */
    private function transact(Write $write): array
    {
        $this->context->store()->prune($this->context->config()->journalDays());
        for ($attempt = 1;; $attempt++) {
            $this->lock($write->kind());
            try {
                $this->context->outsideChanges()->begin();
                if ($this->context->store()->storedResponse($write->key()) === null) {
                    $write->beforeTransaction();
                }
                $this->context->db()->begin();
                try {
                    $payload = $this->inTransaction($write);
                } catch (\Throwable $error) {
                    $this->rollBack($write, $error);
                    if ($attempt < self::ATTEMPTS && Db::isContention($error)) {
                        continue;
                    }
                    throw $error;
                }
            } finally {
                $this->context->db()->unlock($write->kind()->name());
            }

            return $payload === null ? $this->replay($write) : $payload;
        }
    }

    private function lock(Kind $kind): void
    {
        if (!$this->context->db()->lock($kind->name(), self::LOCK_SECONDS)) {
            throw new \RuntimeException(
                'another write of this kind did not end within ' . self::LOCK_SECONDS . ' seconds'
            );
        }
    }

    /** @return array|null the payload; null if another request has used the key in the meantime */
    private function inTransaction(Write $write): ?array
    {
        $db = $this->context->db();
        $store = $this->context->store();
        if (!$store->claim($write->key(), $write->digest())) {
            $db->rollBack();

            return null;
        }
        $payload = $write->inTransaction();
        // Outside of the transaction the answer would be stored at once. A repetition would then report a success
        // that there was not.
        $db->mustBeInTransaction();
        $store->complete($write->key(), $payload);
        $db->commit();

        return $payload;
    }

    /**
     * Rolls a failed write back, restores what it changed outside of the database, and reports what could not be
     * restored.
     */
    private function rollBack(Write $write, \Throwable $error): void
    {
        $this->context->db()->rollBack();
        $this->context->store()->clearCache();
        try {
            $left = $this->context->outsideChanges()->restore($error);
            if (!$left && $this->isIncomplete($write)) {
                $left = [
                    'Other code committed this write before it was complete, so a part of it is stored:'
                        . ' run terraform plan to see what differs',
                ];
            }
            if (!$left) {
                return;
            }
            if ($error instanceof Failure) {
                throw $error->withOutcome(implode('. ', $left));
            }
            throw new NotRestoredError($error, implode('. ', $left));
        } catch (NotRestoredError $notRestored) {
            // The cause is logged in the activity log as well.
            Companion::internal($this->context, $error);
            throw $notRestored;
        }
    }

    /** A lost connection must not hide the cause of the failure. */
    private function isIncomplete(Write $write): bool
    {
        try {
            return $this->context->store()->isIncomplete($write->key());
        } catch (\Throwable $error) {
            return false;
        }
    }
}
