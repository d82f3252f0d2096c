<?php

declare(strict_types=1);

namespace TerraformCompanion\Write;

use TerraformCompanion\Context;
use TerraformCompanion\Failure;
use TerraformCompanion\Kind\Kind;
use TerraformCompanion\Kind\OutsideTransaction;
use TerraformCompanion\Request;
use TerraformCompanion\Store;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/** The operation `create`. */
final class Creation extends Write
{
    /** @var bool */
    private $allowDuplicate;

    /** @var array checked values in internal form */
    private $values = [];

    /** @var bool whether the part outside of the transaction is done */
    private $isDoneOutside = false;

    /** @var string|null the object that an earlier attempt with this key has made */
    private $madeId;

    public function __construct(Context $context, Kind $kind, ?string $id, Request $request)
    {
        parent::__construct($context, $kind, null, $request);
        $this->allowDuplicate = $request->flag('allow_duplicate_name');
    }

    public function op(): string
    {
        return 'create';
    }

    public function prepare(): void
    {
        $this->values = $this->kind->prepare($this->validator->values($this->kind, $this->raw, true), null, []);
    }

    public function resume(string $state): void
    {
        $this->madeId = substr($state, strlen(Store::MADE));
    }

    public function beforeTransaction(): void
    {
        if (!$this->kind instanceof OutsideTransaction || $this->isDoneOutside) {
            return;
        }
        $isContinued = $this->kind->continues($this->values, $this->key);
        $this->validator->against($this->kind, $this->values, null, [], false, $isContinued);
        $this->kind->before('create', null, $this->values, $this->key);
        $this->isDoneOutside = true;
    }

    public function inTransaction(): array
    {
        $kind = $this->kind;
        $made = $this->madeId === null ? null : $kind->fetchOne($this->madeId, true);
        $isInPlace = $kind instanceof OutsideTransaction;
        $this->validator->against($kind, $this->values, $made, [], true, $this->allowDuplicate || $isInPlace);
        $this->lockAffected($this->values, null);
        if ($made === null) {
            $id = $kind->insert($this->values);
        } else {
            $id = $made['id'];
            $kind->initialise($id, $this->values);
        }
        $inserted = $kind->fetchOne($id, true);
        $last = array_intersect_key($this->values, array_flip($kind->lastFields()));
        $kind->apply($id, array_diff_key($this->values, $last), $inserted);
        $kind->finish($id, $this->values, null);
        if ($last) {
            // `hidden` is written last. A failed creation therefore never puts the object on sale.
            $this->readBack($id, array_diff_key($this->values, $last));
            $kind->apply($id, $last, $inserted);
        }
        $row = $this->readBack($id, $this->values);
        $this->journal($id, null, $row);

        return ['id' => $id, 'row' => $row, 'hook_errors' => $kind->remarks()] + $kind->extras();
    }

    /** Deletes the object that other code has committed, as long as it is hidden and not in use. */
    public function undoCommitted(bool $isPartlyStored): array
    {
        $id = $this->madeId === null ? $this->kind->made() : null;
        if ($id === null) {
            return array_merge(parent::undoCommitted($isPartlyStored), $isPartlyStored ? $this->twin() : []);
        }
        $name = $this->kind->name() . ' ' . $id;
        try {
            $reason = $this->removeMade($id);
        } catch (\Throwable $error) {
            $this->context->db()->rollBack();
            $reason = 'the deletion failed';
        }
        if ($reason === '') {
            return ['Other code committed ' . $name . ', so the companion deleted ' . $name];
        }

        return $reason === null ? [] : [
            sprintf(
                'Other code committed %s, and the companion did not delete it: %s. Delete it or import it',
                $name,
                $reason
            )
                . ($this->canBeContinued($id) ? '. Repeating the request with the same key completes it' : ''),
        ];
    }

    public function leftovers(): array
    {
        if ($this->madeId !== null) {
            return [
                'An earlier attempt with this key created ' . $this->kind->name() . ' ' . $this->madeId . '. It is'
                    . ' still there: delete it or import it',
            ];
        }
        if (!$this->kind instanceof OutsideTransaction) {
            return [];
        }
        try {
            $isLeft = $this->kind->continues($this->values, $this->key);
        } catch (\Throwable $error) {
            $isLeft = $this->isDoneOutside;
        }

        return $isLeft ? [$this->kind->leftover('create', $this->values['module'])] : [];
    }

    /** @return string|null why the object stays, '' if it was deleted, null if it was not there any more */
    private function removeMade(string $id): ?string
    {
        $this->context->db()->begin();
        $row = $this->kind->fetchOne($id, true);
        $reason = $row === null ? null : $this->reasonToKeep($row);
        if ((string) $reason === '') {
            // Rows in other tables can be there without the object.
            $this->kind->remove($id);
            if ($this->kind->fetchOne($id) !== null) {
                throw new \RuntimeException($this->kind->name() . ' ' . $id . ' still exists after its deletion');
            }
            $this->context->store()->release($this->key);
        }
        $this->context->db()->commit();

        return $reason;
    }

    /** Stores that the key has made this object. */
    private function canBeContinued(string $id): bool
    {
        try {
            $this->context->db()->begin();
            $this->context->store()->mark($this->key, $this->digest(), Store::MADE . $id);
            $this->context->db()->commit();
        } catch (\Throwable $error) {
            $this->context->db()->rollBack();

            return false;
        }

        return true;
    }

    private function reasonToKeep(array $row): string
    {
        if (isset($row['hidden']) && $row['hidden'] !== true) {
            return 'it is no longer hidden';
        }
        $references = self::references($this->kind, $row['id'], true);

        return $references ? Failure::inUse('the object', $references)->getMessage() : '';
    }

    /** @return string[] a sentence about an object with this natural key, which may be what is left */
    private function twin(): array
    {
        $key = array_intersect_key($this->values, array_flip($this->kind->naturalKey()));
        try {
            $this->kind->refuseDuplicate($key, null);
        } catch (Failure $failure) {
            return [$failure->what() . '. Delete this object or import it'];
        } catch (\Throwable $error) {
            // Without the database there is nothing to say.
        }

        return [];
    }
}
