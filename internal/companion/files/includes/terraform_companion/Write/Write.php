<?php

declare(strict_types=1);

namespace TerraformCompanion\Write;

use TerraformCompanion\Context;
use TerraformCompanion\Failure;
use TerraformCompanion\Field\Secret;
use TerraformCompanion\Json;
use TerraformCompanion\Kind\Kind;
use TerraformCompanion\ReadBackError;
use TerraformCompanion\Request;
use TerraformCompanion\Validator;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * One write. The writer calls the steps in this order: resume (only after an earlier attempt with the key was cut
 * short), prepare, announce, beforeTransaction, inTransaction. If the transaction is repeated, beforeTransaction and
 * inTransaction are called again.
 */
abstract class Write
{
    /** @var Context */
    protected $context;

    /** @var Validator */
    protected $validator;

    /** @var Kind */
    protected $kind;

    /** @var string|null null for a new object */
    protected $id;

    /** @var string */
    protected $key;

    /** @var array values as JSON gave them */
    protected $raw;

    /** @var array prior values as JSON gave them */
    protected $expect;

    /** @var array other objects that the write changes: kind and row before */
    private $affected = [];

    public function __construct(Context $context, Kind $kind, ?string $id, Request $request)
    {
        $this->context = $context;
        $this->validator = new Validator($context);
        $this->kind = $kind;
        $this->id = $id;
        $this->key = $request->key();
        $this->raw = $request->object('values');
        $this->expect = $request->object('expect');
    }

    /** The operation's name in the protocol. */
    abstract public function op(): string;

    /** Checks the form of the request. Runs module code before the transaction begins. */
    abstract public function prepare(): void;

    /** @param string $state what an earlier attempt with this key has stored, see Store */
    public function resume(string $state): void
    {
    }

    /** Whether `announce` runs code of other modules. */
    public function hasAnnouncement(): bool
    {
        return false;
    }

    /**
     * Runs code of other modules that WHMCS runs before such a change, outside of any transaction.
     *
     * @param callable $transact runs its argument in a transaction that stores its result, a state, under the key.
     *     Returns false if another request with this key has done the write in the meantime.
     */
    public function announce(callable $transact): void
    {
    }

    /** Makes the changes that cannot be rolled back. The caller holds the lock of the kind. */
    public function beforeTransaction(): void
    {
    }

    /** @return array the payload of the response */
    abstract public function inTransaction(): array;

    /**
     * Removes what is left of a failed write that other code has committed, or has written on another connection.
     *
     * @param bool $isPartlyStored whether the claim of the key is stored
     * @return string[] sentences about what came of it
     */
    public function undoCommitted(bool $isPartlyStored): array
    {
        return $isPartlyStored
            ? ['Other code committed this write before it was complete, so only a part of it is stored. Run'
                . ' terraform plan to see the differences']
            : [];
    }

    /** @return string[] sentences about what a failed write has done outside of the database and leaves as it is */
    public function leftovers(): array
    {
        return [];
    }

    public function kind(): Kind
    {
        return $this->kind;
    }

    public function key(): string
    {
        return $this->key;
    }

    /** @return array other objects that the write changed: kind and row before */
    public function affected(): array
    {
        return $this->affected;
    }

    /**
     * A digest of operation, kind, id and values. A replay must repeat these. The digest is keyed because module
     * settings may be easy to guess.
     */
    public function digest(): string
    {
        $meaning = [
            'op' => $this->op(),
            'kind' => $this->kind->name(),
            'id' => $this->id,
            'values' => Json::canonical((object) $this->withoutSecrets($this->raw)),
        ];

        return $this->context->secrets()->digest(Json::encode($meaning));
    }

    /** @return array the values with fingerprints in place of secrets */
    protected function withoutSecrets(array $raw): array
    {
        foreach ($this->kind->fields() as $name => $field) {
            if ($field instanceof Secret && isset($raw[$name]) && is_string($raw[$name])) {
                $raw[$name] = $this->context->secrets()->fingerprint($raw[$name]);
            }
        }

        return $raw;
    }

    /** @return array the row in internal form */
    protected function found(bool $lock): array
    {
        $row = $this->kind->fetchOne($this->id, $lock);
        if ($row === null) {
            throw Failure::notFound($this->kind->name(), $this->id);
        }

        return $row;
    }

    /**
     * Compares what is stored with what was written.
     *
     * @return array the row as JSON shows it
     */
    protected function readBack(string $id, array $values): array
    {
        $row = $this->kind->fetchOne($id);
        if ($row === null) {
            throw new ReadBackError('id');
        }
        foreach ($values as $name => $value) {
            $field = $this->kind->field($name);
            $differences = $field->differences($field->rowForm($value), $row[$field->rowName()]);
            if ($differences) {
                throw new ReadBackError($differences[0]['field']);
            }
        }

        return $this->kind->present($row);
    }

    /** @return array[] kind and count of what uses an object */
    protected static function references(Kind $kind, string $id, bool $lock): array
    {
        return array_values(array_filter($kind->references($id, $lock), function (array $reference): bool {
            return $reference['count'] > 0;
        }));
    }

    /** Locks and remembers the other objects that the write is about to change. */
    protected function lockAffected(array $values, ?array $before): void
    {
        $this->affected = [];
        $affected = $this->validator->affected($this->kind, $this->op(), $this->id, $values, $before);
        foreach ($affected as list($kind, $id)) {
            $row = $kind->fetchOne($id, true);
            if ($row !== null) {
                $this->affected[] = [$kind, $row];
            }
        }
    }

    /**
     * @param array|null $before row as JSON shows it, null for a new object
     * @param array|null $after  row as JSON shows it, null for a deleted object
     */
    protected function journal(string $id, ?array $before, ?array $after): void
    {
        $this->store($this->op(), $this->kind, $id, $before, $after);
        foreach ($this->affected as list($kind, $row)) {
            $this->store(
                'update',
                $kind,
                $row['id'],
                $kind->present($row),
                $kind->present($kind->fetchOne($row['id']))
            );
        }
    }

    private function store(string $op, Kind $kind, string $id, ?array $before, ?array $after): void
    {
        $this->context->store()->journal([
            'admin_id' => isset($_SESSION['adminid']) ? (string) $_SESSION['adminid'] : '',
            'ip' => $this->context->callerIp(),
            'request_key' => $this->key,
            'op' => $op,
            'kind' => $kind->name(),
            'object_id' => $id,
            'row_before' => $before === null ? null : Json::encode($before),
            'row_after' => $after === null ? null : Json::encode($after),
        ]);
    }
}
