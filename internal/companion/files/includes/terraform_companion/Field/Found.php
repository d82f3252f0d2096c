<?php

declare(strict_types=1);

namespace TerraformCompanion\Field;

use TerraformCompanion\Errors;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * A value that is only read, as the kind gives it. Option: scalar (true where not given).
 */
class Found extends Field
{
    public function isReadOnly(): bool
    {
        return true;
    }

    public function isScalar(): bool
    {
        return $this->option('scalar', true);
    }

    public function check($value, string $path, Errors $errors): void
    {
        throw new \LogicException($this->name . ' is only read');
    }
}
