<?php

declare(strict_types=1);

namespace TerraformCompanion\Write;

use TerraformCompanion\Errors;
use TerraformCompanion\Failure;
use TerraformCompanion\Hooks;
use TerraformCompanion\Kind\OutsideTransaction;
use TerraformCompanion\Store;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The operation `delete`. The hooks of a deletion run while the row is still there (documented), outside of any
 * transaction. So the row is checked before and after them.
 */
final class Deletion extends Write
{
    /** @var array|null the row, once the part outside of the transaction is done */
    private $removedOutside;

    /** @var string[]|null remarks of the hooks. Null if they have not started. */
    private $hookErrors;

    public function op(): string
    {
        return 'delete';
    }

    public function prepare(): void
    {
        $this->validator->expectForm($this->kind, $this->expect);
        $errors = new Errors();
        foreach ($this->kind->naturalKey() as $name) {
            if (!isset($this->expect[$name])) {
                $errors->invalid('expect.' . $name, 'is required for a delete');
            }
        }
        $errors->raise();
    }

    public function hasAnnouncement(): bool
    {
        return $this->kind->hook('delete') !== null;
    }

    public function resume(string $state): void
    {
        if ($this->hookErrors !== null) {
            return;
        }
        $this->hookErrors = [
            $this->kind->hook('delete')[0] . ': an earlier attempt with this key has started the hooks, so they did'
                . ' not run again',
        ];
    }

    public function announce(callable $transact): void
    {
        if (!$this->hasAnnouncement() || $this->hookErrors !== null) {
            return;
        }
        $isFirst = $transact(function (): string {
            $this->lockAffected([], $this->checkedRow(true));

            return Store::HOOKS_STARTED;
        });
        if (!$isFirst) {
            return;
        }
        $this->hookErrors = (new Hooks($this->context))->run('delete', $this->kind, $this->id);
    }

    public function beforeTransaction(): void
    {
        if (!$this->kind instanceof OutsideTransaction || $this->removedOutside !== null) {
            return;
        }
        $row = $this->checkedRow(false);
        $this->kind->before('delete', $this->id, [], $this->key);
        $this->removedOutside = $row;
    }

    public function inTransaction(): array
    {
        $kind = $this->kind;
        $before = $this->removedOutside === null ? $this->checkedRow(true) : $this->removedOutside;
        $this->lockAffected([], $before);
        $kind->remove($this->id);
        if (!$kind->outlivesDeletion() && $kind->fetchOne($this->id) !== null) {
            throw new \RuntimeException($kind->name() . ' ' . $this->id . ' still exists after its deletion');
        }
        $this->journal($this->id, $kind->present($before), null);

        return ['id' => $this->id, 'hook_errors' => array_merge($kind->remarks(), (array) $this->hookErrors)];
    }

    public function leftovers(): array
    {
        if ($this->hookErrors !== null) {
            return ['The hooks of ' . $this->kind->hook('delete')[0] . ' have run'];
        }

        return $this->removedOutside === null ? [] : [$this->kind->leftover('delete', $this->id)];
    }

    private function checkedRow(bool $lock): array
    {
        $row = $this->found($lock);
        $this->validator->compare($this->kind, $this->expect, $row);
        // Without locks first: an object that is in use is refused without locking the rows that use it.
        foreach ($lock ? [false, true] : [false] as $isLocked) {
            $references = self::references($this->kind, $this->id, $isLocked);
            if ($references) {
                throw Failure::inUse('The ' . $this->kind->title($row), $references);
            }
        }
        $this->validator->affected($this->kind, 'delete', $this->id, [], $row);

        return $row;
    }
}
