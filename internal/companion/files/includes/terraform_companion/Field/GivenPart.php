<?php

declare(strict_types=1);

namespace TerraformCompanion\Field;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * One part of an object, as a request gives it.
 */
final class GivenPart
{
    /** @var string|null null for a new part until it is stored */
    public $id;

    public $isNew;

    public $removed;

    /** @var array checked values by field */
    public $values = [];

    /** @var array values of fields that are not given, for a new part */
    public $defaults = [];

    public function __construct(?string $id, bool $removed)
    {
        $this->id = $id;
        $this->isNew = $id === null;
        $this->removed = $removed;
    }
}
