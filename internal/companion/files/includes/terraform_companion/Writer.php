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

    /** After a lost connection, the outcome is read once a second, at most this often. */
    private const OUTCOME_TRIES = 4;

    /** The result of a failed attempt in the database. PARTLY: other code committed it before it was complete. */
    private const NOTHING = 'nothing';
    private const STORED = 'stored';
    private const PARTLY = 'partly';
    private const UNKNOWN = 'unknown';

    /** @var Context */
    private $context;

    /** @var Validator */
    private $validator;

    /** @var Write|null the write that has not ended */
    private $running;

    /** @var string|null the text that the open transaction stores under the key. Null before it begins. */
    private $answer;

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
                throw Failure::unsupported('op', sprintf('TerraformWrite has no operation "%s"', $op));
        }
    }

    /** Performs one write, from the checks of its form to its hooks. */
    private function write(string $op, Request $request): array
    {
        $write = $this->begin($op, $request);
        $this->validator->sameInstallation($request);
        $this->running = $write;
        if (function_exists('register_shutdown_function')) {
            register_shutdown_function(function (): void {
                $this->abandon();
            });
        }
        try {
            return $this->perform($write);
        } finally {
            $this->context->db()->unlockAll();
            $this->running = null;
        }
    }

    private function perform(Write $write): array
    {
        if ($write->hasAnnouncement()) {
            // A repetition waits here for the end of hooks that still run.
            $this->lock('key ' . $write->key(), 'Another request with this key');
        }
        $payload = $this->replay($write);
        if ($payload !== null) {
            return $payload;
        }
        $write->prepare();
        $this->context->store()->prune($this->context->config()->journalDays());
        $write->announce(function (callable $work) use ($write): bool {
            return $this->transact($write, $work) === null;
        });
        $replayed = $this->transact($write, function () use ($write, &$payload): string {
            $payload = $write->inTransaction();

            return Json::encode($payload);
        });
        if ($replayed !== null) {
            return $replayed;
        }

        return (new AfterWrite($this->context))->run($write->op(), $write->kind(), $payload, $write->affected());
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

    /** @return array|null the stored response of a write with this key. Null if there was none. */
    private function replay(Write $write): ?array
    {
        $stored = $this->context->store()->storedResponse($write->key());
        if ($stored === null) {
            return null;
        }
        if (!hash_equals($stored['digest'], $write->digest())) {
            throw Failure::invalid('key', 'was already used for another request');
        }
        $answer = Json::decode($stored['answer']);
        if ($answer instanceof \stdClass) {
            return (array) $answer + ['replayed' => true];
        }
        if ($stored['answer'] === Store::CLAIMED) {
            throw new ShownError(
                'The first attempt with this key did not end, and other code committed a part of it. Run'
                    . ' terraform plan to see what is stored'
            );
        }
        $write->resume($stored['answer']);

        return null;
    }

    /**
     * Runs work in a transaction that stores its result under the key of the write. Runs it again, at most twice,
     * after a deadlock, a lock timeout or a lost connection. One write of a kind runs at a time, so that two cannot
     * take one natural key.
     *
     * @param callable $work returns the response to store under the key
     * @return array|null the stored response if another request has done the write in the meantime
     */
    private function transact(Write $write, callable $work): ?array
    {
        $kind = $write->kind()->name();
        for ($attempt = 1;; $attempt++) {
            $this->answer = null;
            try {
                $this->lock($kind, 'Another write of the kind ' . $kind);

                return $this->attempt($write, $work);
            } catch (\Throwable $error) {
                if ($this->recover($write, $error, $attempt < self::ATTEMPTS)) {
                    return null;
                }
            } finally {
                $this->context->db()->unlock($kind);
            }
        }
    }

    private function lock(string $name, string $holder): void
    {
        if (!$this->context->db()->lock($name, self::LOCK_SECONDS)) {
            throw Failure::unavailable(sprintf(
                '%s did not end within %d seconds. Apply again later',
                $holder,
                self::LOCK_SECONDS
            ));
        }
    }

    private function attempt(Write $write, callable $work): ?array
    {
        $db = $this->context->db();
        $store = $this->context->store();
        $replayed = $this->replay($write);
        if ($replayed !== null) {
            return $replayed;
        }
        $write->beforeTransaction();
        $db->begin();
        $this->answer = Store::CLAIMED;
        if (!$store->claim($write->key(), $write->digest())) {
            throw new TransactionLostError('Another request has used this key in the meantime');
        }
        $this->answer = $work();
        $store->complete($write->key(), $this->answer);
        $db->commit();
        $this->context->outsideChanges()->keep();

        return null;
    }

    /**
     * Rolls a failed attempt back, restores what it changed outside of the database, and reports what is left.
     *
     * @return bool true if the attempt is stored nevertheless, false if it is to be run again
     */
    private function recover(Write $write, \Throwable $error, bool $mayRepeat): bool
    {
        $db = $this->context->db();
        $isCommitting = $db->isCommitting();
        $isIntact = $this->answer === null || $db->isInTransaction();
        $db->rollBack();
        $isLost = $db->isLost();
        $this->context->store()->clearCache();
        // The database rolls an intact transaction back. Otherwise only the claim of the key shows what is stored.
        $outcome = $isIntact ? self::NOTHING : $this->outcome($write->key(), $isCommitting);
        $outside = $this->context->outsideChanges();
        if ($outcome === self::STORED) {
            $outside->keep();

            return true;
        }
        $names = $outside->names();
        list($isRestored, $left) = $outside->restore();
        if ($outcome === self::PARTLY || !$isLost) {
            $left = array_merge($write->undoCommitted($outcome === self::PARTLY), $left);
        }
        $isTransient = !$isIntact || Db::isContention($error) || Db::isUnreachable($error)
            || $error instanceof TransactionLostError;
        if ($isTransient && $mayRepeat && $outcome === self::NOTHING && !$left) {
            return false;
        }
        if ($outcome === self::UNKNOWN) {
            $error = new ShownError(
                'The connection to the database was lost during the commit. The write may be stored or not.'
                    . ' Run terraform plan to see whether it is stored'
            );
            $left = array_merge($names ? ['Restored: ' . implode(', ', $names)] : [], $left);
        } elseif ($outcome === self::NOTHING) {
            $error = $this->explained($error, $isLost);
        }
        throw $this->reported($error, array_merge($left, $write->leftovers()), $isRestored);
    }

    /** @return string what the database has stored of an attempt whose transaction is not open any more */
    private function outcome(string $key, bool $isCommitting): string
    {
        for ($try = 1;; $try++) {
            try {
                $this->context->db()->begin();
                $answer = $this->context->store()->settledAnswer($key);
                $this->context->db()->rollBack();
                break;
            } catch (\Throwable $error) {
                $this->context->db()->rollBack();
                // The server may be starting again.
                $isWaiting = $try < self::OUTCOME_TRIES && ($isCommitting || Db::isUnreachable($error));
                if (!$isWaiting) {
                    return $isCommitting ? self::UNKNOWN : self::NOTHING;
                }
                sleep(1);
            }
        }
        if ($answer === Store::CLAIMED) {
            return self::PARTLY;
        }

        $isStored = $answer !== null && $this->answer !== Store::CLAIMED
            && Store::isAnswer($answer) === Store::isAnswer($this->answer);

        return $isStored ? self::STORED : self::NOTHING;
    }

    /** Names the cause and the next step of an error of the database. */
    private function explained(\Throwable $error, bool $isLost): \Throwable
    {
        $failure = Failure::ofDatabase($error);
        if ($failure === null && $isLost) {
            $failure = Failure::unavailable(
                'The connection to the database was lost. Check the database server, then apply again'
            );
        }
        if ($failure === null && $error instanceof TransactionLostError) {
            $failure = Failure::unavailable(
                $error->getMessage() . '. Apply again. If it fails again, find the hook that commits or rolls back'
            );
        }

        return $failure === null ? $error : $failure->withOutcome('Nothing is stored');
    }

    /** @param string[] $left sentences about what is left */
    private function reported(\Throwable $error, array $left, bool $isRestored): \Throwable
    {
        if (!$left) {
            return $error;
        }
        $text = implode('. ', $left);
        if ($error instanceof Failure && $isRestored) {
            return $error->withOutcome($text);
        }
        // The cause is logged in the activity log as well.
        Companion::internal($this->context, $error);

        return new NotRestoredError($error, $text);
    }

    /** Other code has ended the request with `exit`, or PHP has, inside the write. */
    private function abandon(): void
    {
        if ($this->running === null) {
            return;
        }
        $this->context->db()->rollBack();
        $this->context->outsideChanges()->restore();
        $this->context->db()->unlockAll();
        $this->running = null;
    }
}
