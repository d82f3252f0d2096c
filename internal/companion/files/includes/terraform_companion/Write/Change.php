<?php

declare(strict_types=1);

namespace TerraformCompanion\Write;

use TerraformCompanion\Context;
use TerraformCompanion\Kind\KeepsFirst;
use TerraformCompanion\Kind\Kind;
use TerraformCompanion\Request;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/** The operation `update`. */
final class Change extends Write
{
    /** @var bool */
    private $allowDuplicate;

    /** @var string[] fields that must not change as long as services depend on them */
    private $guarded;

    /** @var array checked values in internal form */
    private $values = [];

    public function __construct(Context $context, Kind $kind, ?string $id, Request $request)
    {
        parent::__construct($context, $kind, $id, $request);
        $this->allowDuplicate = $request->flag('allow_duplicate_name');
        $this->guarded = $request->texts('guard_live');
    }

    public function op(): string
    {
        return 'update';
    }

    public function prepare(): void
    {
        $values = $this->validator->values($this->kind, $this->raw, false);
        $this->validator->expectForm($this->kind, $this->expect);
        $this->validator->guardForm($this->kind, $this->guarded);
        $this->values = $this->kind->prepare($values, $this->id, $this->expect);
    }

    public function beforeTransaction(): void
    {
        if (!$this->kind instanceof KeepsFirst) {
            return;
        }
        $before = $this->found(false);
        $this->check($before, false);
        $this->kind->keepFirst($this->values, $before);
    }

    public function inTransaction(): array
    {
        $kind = $this->kind;
        $before = $this->found(true);
        $this->check($before, true);
        $this->validator->guardLive($kind, $this->values, $before, $this->guarded);
        $this->lockAffected($this->values, $before);
        $kind->apply($this->id, $this->values, $before);
        $kind->finish($this->id, $this->values, $before);
        $row = $this->readBack($this->id, $this->values);
        $this->journal($this->id, $kind->present($before), $row);

        return ['row' => $row, 'hook_errors' => $kind->remarks()] + $kind->extras();
    }

    private function check(array $before, bool $lock): void
    {
        $this->validator->compare($this->kind, $this->expect, $before);
        $this->validator->against($this->kind, $this->values, $before, [], $lock, $this->allowDuplicate);
    }
}
