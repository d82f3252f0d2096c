<?php

declare(strict_types=1);

namespace TerraformCompanion\Write;

use TerraformCompanion\Context;
use TerraformCompanion\Kind\Kind;
use TerraformCompanion\Kind\OutsideTransaction;
use TerraformCompanion\ReadBackError;
use TerraformCompanion\Request;

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
        $isInPlace = $kind instanceof OutsideTransaction;
        $this->validator->against($kind, $this->values, null, [], true, $this->allowDuplicate || $isInPlace);
        $this->lockAffected($this->values, null);
        $id = $kind->insert($this->values);
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

    protected function readBackError(string $field): ReadBackError
    {
        return $this->kind instanceof OutsideTransaction
            ? new ReadBackError($field, $this->kind->leftover($this->values))
            : parent::readBackError($field);
    }
}
