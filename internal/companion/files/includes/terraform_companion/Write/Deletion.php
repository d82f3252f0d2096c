<?php

declare(strict_types=1);

namespace TerraformCompanion\Write;

use TerraformCompanion\Errors;
use TerraformCompanion\Failure;
use TerraformCompanion\Kind\OutsideTransaction;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/** The operation `delete`. */
final class Deletion extends Write
{
    /** @var array|null the row, once the part outside of the transaction is done */
    private $removedOutside;

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
            throw new \RuntimeException($kind->name() . ' ' . $this->id . ' is still there after its deletion');
        }
        $this->journal($this->id, $kind->present($before), null);

        return ['id' => $this->id, 'hook_errors' => $kind->remarks()];
    }

    private function checkedRow(bool $lock): array
    {
        $row = $this->found($lock);
        $this->validator->compare($this->kind, $this->expect, $row);
        $references = array_filter($this->kind->references($this->id), function (array $reference): bool {
            return $reference['count'] > 0;
        });
        if ($references) {
            throw Failure::inUse(sprintf('%s %s', $this->kind->name(), $this->id), array_values($references));
        }
        $this->validator->affected($this->kind, 'delete', $this->id, [], $row);

        return $row;
    }
}
