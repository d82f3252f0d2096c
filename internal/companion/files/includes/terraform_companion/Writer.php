<?php
namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

use TerraformCompanion\Kind\Kind;
use TerraformCompanion\Kind\KeepsFirst;
use TerraformCompanion\Kind\OutsideTransaction;

/**
 * The operations of TerraformWrite.
 */
final class Writer
{
    const WRITES = ['create', 'update', 'delete'];

    const LOCK_SECONDS = 20;

    const ATTEMPTS = 3;

    private $context;

    private $validator;

    /** @var array other objects that the write changes: kind and row before */
    private $touched = [];

    public function __construct(Context $context)
    {
        $this->context = $context;
        $this->validator = new Validator($context);
    }

    public function run(Request $request)
    {
        $op = $request->text('op');
        if (in_array($op, self::WRITES, true)) {
            return $this->write($op, $request);
        }
        switch ($op) {
            case 'batch':
                $ops = Batch::ops($request);
                $this->validator->brakes('batch', null, null);
                $this->validator->sameInstallation($request);

                return (new Batch($this->context, self::WRITES, [$this, 'write']))->run($ops);
            case 'test_connection':
                return (new Connection($this->context, $this->validator))->test($request);
            case 'module_schema':
                return (new Connection($this->context, $this->validator))->schema($request);
            case 'connect':
                return $this->connect($request);
            default:
                throw Failure::unsupported('op', 'TerraformWrite has no operation ' . $op);
        }
    }

    /** One create, update or delete, from the checks of its form to its hooks. */
    public function write($op, Request $request)
    {
        $key = $request->key();
        $name = $request->text('kind');
        $id = $op === 'create' ? null : $request->id('id', Registry::hasNames($name));
        $raw = $request->object('values');
        $expect = $request->object('expect');
        $options = [
            'allow_duplicate' => $request->flag('allow_duplicate_name'),
            'guard_live' => $request->texts('guard_live'),
        ];
        $this->validator->brakes($op, $name, $id);
        $kind = $this->validator->writable($name);
        $kind->demand($op);
        $this->validator->rememberSecrets($kind, $raw);
        $digest = $this->digest($op, $kind, $id, $raw);
        $replayed = $this->replay($key, $digest);
        if ($replayed !== null) {
            return $replayed;
        }
        $this->validator->sameInstallation($request);
        $before = null;
        if ($op === 'delete') {
            list($before, $work) = $this->deletion($kind, $id, $expect, $key);
        } elseif ($op === 'create') {
            list($before, $work) = $this->creation($kind, $raw, $options['allow_duplicate'], $key);
        } else {
            list($before, $work) = $this->change($kind, $id, $raw, $expect, $options, $key);
        }
        $payload = $this->transact($kind, $key, $digest, $before, $work);
        if (isset($payload['replayed'])) {
            return $payload;
        }

        return (new AfterWrite($this->context))->run($op, $kind, $payload, $this->touched);
    }

    /** Connects the SolusVM 2 addon to a panel: tested before anything is stored, and stored only where the panel took the connection back to WHMCS. */
    private function connect(Request $request)
    {
        $key = $request->key();
        $raw = $request->object('values');
        $expect = $request->object('expect');
        $id = '1';
        $this->validator->brakes('connect', 'solusvm2_billing', $id);
        $kind = $this->validator->writable('solusvm2_billing');
        $connect = new SolusVm2\Connect($this->context);
        $digest = $this->digest('connect', $kind, $id, $connect->secretFree($raw));
        $replayed = $this->replay($key, $digest);
        if ($replayed !== null) {
            return $replayed;
        }
        $this->validator->sameInstallation($request);
        $connect->take($raw);
        $this->validator->expectForm($kind, $expect);
        $kind->prepare([], $id, $expect);
        $before = function () use ($kind, $id, $expect, $connect) {
            $this->validator->compare($kind, $expect, $this->found($kind, $id, false));
            $connect->test();
        };
        $work = function () use ($kind, $id, $expect, $connect, $key) {
            $before = $this->found($kind, $id, true);
            $this->validator->compare($kind, $expect, $before);
            $integration = $connect->store();
            $row = $this->readBack($kind, $id, []);
            $connect->confirm($row);
            $this->journal('connect', $kind, $id, $key, $kind->present($before), $row);

            return ['row' => $row, 'integration' => $integration, 'hook_errors' => []];
        };
        $payload = $this->transact($kind, $key, $digest, $before, $work);
        if (isset($payload['replayed'])) {
            return $payload;
        }

        return (new AfterWrite($this->context))->run('connect', $kind, $payload, []);
    }

    /** @return array what comes before the transaction, or null, and what is done in it */
    private function creation(Kind $kind, array $raw, $allowDuplicate, $key)
    {
        $values = $kind->prepare($this->validator->values($kind, $raw, true), null, []);
        $before = null;
        if ($kind instanceof OutsideTransaction) {
            $before = function () use ($kind, $values, $key) {
                $this->validator->against($kind, $values, null, [], false, $kind->continues($values, $key));
                $kind->before('create', null, $values, $key);
            };
        }

        return [$before, function () use ($kind, $values, $allowDuplicate, $key) {
            $this->validator->against($kind, $values, null, [], true, $allowDuplicate || $kind instanceof OutsideTransaction);
            $this->touch($kind, 'create', null, $values, null);
            $id = $kind->insert($values);
            $inserted = $kind->fetchOne($id, true);
            $last = array_intersect_key($values, array_flip($kind->lastFields()));
            $kind->apply($id, array_diff_key($values, $last), $inserted);
            $kind->finish($id, $values, null);
            if ($last) {
                // What puts it on sale comes after everything else is seen to be in place.
                $this->readBack($kind, $id, array_diff_key($values, $last), true);
                $kind->apply($id, $last, $inserted);
            }
            $row = $this->readBack($kind, $id, $values, true);
            $this->journal('create', $kind, $id, $key, null, $row);
            $this->journalTouched($key);

            return ['id' => $id, 'row' => $row, 'hook_errors' => $kind->remarks()] + $kind->extras();
        }];
    }

    /** @return array what comes before the transaction, or null, and what is done in it */
    private function change(Kind $kind, $id, array $raw, array $expect, array $options, $key)
    {
        $values = $this->validator->values($kind, $raw, false);
        $this->validator->expectForm($kind, $expect);
        $this->validator->guardForm($kind, $options['guard_live']);
        $values = $kind->prepare($values, $id, $expect);
        $first = !$kind instanceof KeepsFirst ? null : function () use ($kind, $id, $values, $expect, $options) {
            $before = $this->found($kind, $id, false);
            $this->validator->compare($kind, $expect, $before);
            $this->validator->against($kind, $values, $before, [], false, $options['allow_duplicate']);

            return $kind->keepFirst($values, $before);
        };

        return [$first, function () use ($kind, $id, $values, $expect, $options, $key) {
            $before = $this->found($kind, $id, true);
            $this->validator->compare($kind, $expect, $before);
            $this->validator->against($kind, $values, $before, [], true, $options['allow_duplicate']);
            $this->validator->guardLive($kind, $values, $before, $options['guard_live']);
            $this->touch($kind, 'update', $id, $values, $before);
            $kind->apply($id, $values, $before);
            $kind->finish($id, $values, $before);
            $row = $this->readBack($kind, $id, $values);
            $this->journal('update', $kind, $id, $key, $kind->present($before), $row);
            $this->journalTouched($key);

            return ['row' => $row, 'hook_errors' => $kind->remarks()] + $kind->extras();
        }];
    }

    /** @return array what comes before the transaction, or null, and what is done in it */
    private function deletion(Kind $kind, $id, array $expect, $key)
    {
        $this->validator->expectForm($kind, $expect);
        $errors = new Errors();
        foreach ($kind->naturalKey() as $name) {
            if (!isset($expect[$name])) {
                $errors->invalid('expect.' . $name, 'is required for a delete');
            }
        }
        $errors->raise();

        $row = null;
        $check = function ($lock) use (&$row, $kind, $id, $expect) {
            $row = $this->found($kind, $id, $lock);
            $this->validator->compare($kind, $expect, $row);
            $this->refuseInUse($kind, $row);
        };
        $outside = $kind instanceof OutsideTransaction;
        $first = !$outside ? null : function () use ($check, $kind, $id, $key) {
            $check(false);
            $kind->before('delete', $id, [], $key);
        };

        return [$first, function () use (&$row, $outside, $check, $kind, $id, $key) {
            if (!$outside) {
                $check(true);
            }
            $before = $row;
            $this->touch($kind, 'delete', $id, [], $before);
            $kind->remove($id);
            if (!$kind->outlivesDeletion() && $kind->fetchOne($id) !== null) {
                throw new \RuntimeException($kind->name() . ' ' . $id . ' is still there after its deletion');
            }
            $this->journal('delete', $kind, $id, $key, $kind->present($before), null);
            $this->journalTouched($key);

            return ['id' => $id, 'hook_errors' => $kind->remarks()];
        }];
    }

    private function found(Kind $kind, $id, $lock)
    {
        $row = $kind->fetchOne($id, $lock);
        if ($row === null) {
            throw Failure::notFound($kind->name(), $id);
        }

        return $row;
    }

    private function refuseInUse(Kind $kind, array $row)
    {
        $references = array_values(array_filter($kind->references($row['id']), function ($reference) {
            return $reference['count'] > 0;
        }));
        if ($references) {
            throw Failure::inUse(sprintf('%s %s', $kind->name(), $row['id']), $references);
        }
    }

    /** Restores what the rollback does not, and reports what could not be restored. */
    private function restoreOutside($key, \Throwable $error)
    {
        try {
            $notes = $this->context->outsideChanges()->restore($error);
            if (!$notes && $this->isIncomplete($key)) {
                $notes = ['Other code committed this write before it was complete, so a part of it is stored: run terraform plan to see what differs'];
            }
            if (!$notes) {
                return;
            }
            $left = implode('. ', $notes);
            if ($error instanceof Failure) {
                throw $error->withOutcome($left);
            }
            throw new NotRestoredError($error, $left);
        } catch (NotRestoredError $notRestored) {
            // The cause is logged in the activity log as well.
            Companion::internal($this->context, $error);
            throw $notRestored;
        }
    }

    /** A lost connection must not hide the cause. */
    private function isIncomplete($key)
    {
        try {
            return $this->context->store()->isIncomplete($key);
        } catch (\Throwable $error) {
            return false;
        }
    }

    /** @return array the row as JSON shows it */
    private function readBack(Kind $kind, $id, array $values, $isNew = false)
    {
        // What comes before the transaction stays.
        $outcome = $isNew && $kind instanceof OutsideTransaction ? [$kind->stays($id)] : [];
        $row = $kind->fetchOne($id);
        foreach ($values as $name => $value) {
            $field = $kind->field($name);
            $differences = $row === null ? [['field' => $name]] : $field->differences($field->rowForm($value), $row[$field->rowName()]);
            if ($differences) {
                throw new ReadBackError($differences[0]['field'], ...$outcome);
            }
        }

        return $kind->present($row);
    }

    private function journal($op, Kind $kind, $id, $key, $before, $after)
    {
        $this->context->store()->journal([
            'admin_id' => isset($_SESSION['adminid']) ? (string) $_SESSION['adminid'] : '',
            'ip' => $this->context->callerIp(),
            'request_key' => $key,
            'op' => $op,
            'kind' => $kind->name(),
            'object_id' => $id,
            'row_before' => $before === null ? null : Json::encode($before),
            'row_after' => $after === null ? null : Json::encode($after),
        ]);
    }

    /** Locks and remembers the other objects that a write is about to change. */
    private function touch(Kind $kind, $op, $id, array $values, $before)
    {
        $this->touched = [];
        foreach ($this->validator->affected($kind, $op, $id, $values, $before) as list($other, $otherId)) {
            $row = $other->fetchOne($otherId, true);
            if ($row !== null) {
                $this->touched[] = [$other, $row];
            }
        }
    }

    private function journalTouched($key)
    {
        foreach ($this->touched as list($other, $before)) {
            $this->journal('update', $other, $before['id'], $key, $other->present($before), $other->present($other->fetchOne($before['id'])));
        }
    }

    private function digest($op, Kind $kind, $id, array $raw)
    {
        foreach ($kind->fields() as $name => $field) {
            if ($field instanceof Field\Secret && isset($raw[$name]) && is_string($raw[$name])) {
                $raw[$name] = $this->context->secrets()->fingerprint($raw[$name]);
            }
        }
        $meaning = ['op' => $op, 'kind' => $kind->name(), 'id' => $id, 'values' => Json::canonical((object) $raw)];

        // Keyed, because values such as module settings may be secrets that are easy to guess.
        return $this->context->secrets()->digest(Json::encode($meaning));
    }

    private function replay($key, $digest)
    {
        $stored = $this->context->store()->answered($key);
        if ($stored === null) {
            return null;
        }
        if (!hash_equals($stored['digest'], $digest)) {
            throw Failure::invalid('key', 'has been used for another request');
        }

        $answer = Json::decode($stored['answer']);
        if (!$answer instanceof \stdClass) {
            // The claim of a write whose transaction something committed from under it.
            throw new \RuntimeException('the first attempt with this key was cut short, and what it did is not known');
        }

        return (array) $answer + ['replayed' => true];
    }

    /**
     * Runs a write in its transaction. One write of a kind runs at a time, so that two cannot take one natural key.
     *
     * @param callable|null $before what cannot be in a transaction; may return what takes it back
     */
    private function transact(Kind $kind, $key, $digest, $before, callable $work)
    {
        $db = $this->context->db();
        $store = $this->context->store();
        $store->prune($this->context->config()->journalDays());
        for ($attempt = 1;; $attempt++) {
            if (!$db->lock($kind->name(), self::LOCK_SECONDS)) {
                throw new \RuntimeException('another write of this kind did not end within ' . self::LOCK_SECONDS . ' seconds');
            }
            try {
                $release = null;
                if ($before !== null && $store->answered($key) === null) {
                    $release = $before();
                    // What a failed attempt takes back, the next one does again.
                    $before = $release === null ? null : $before;
                }
                $this->context->outsideChanges()->begin();
                if ($release !== null) {
                    $this->context->outsideChanges()->add('what was kept first', $release);
                }
                $db->begin();
                try {
                    if ($store->claim($key, $digest)) {
                        $payload = $work();
                        // Outside the transaction the answer would stand at once, and a repetition be told of a success that there was not.
                        $db->mustBeInTransaction();
                        $store->complete($key, $payload);
                        $db->commit();

                        return $payload;
                    }
                    $db->rollBack();
                } catch (\Throwable $error) {
                    $db->rollBack();
                    $store->reread();
                    $this->restoreOutside($key, $error);
                    if ($attempt < self::ATTEMPTS && Db::isContention($error)) {
                        continue;
                    }
                    throw $error;
                }
            } finally {
                $db->unlock($kind->name());
            }

            return $this->replay($key, $digest);
        }
    }
}
