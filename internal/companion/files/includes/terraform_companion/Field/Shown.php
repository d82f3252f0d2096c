<?php

declare(strict_types=1);

namespace TerraformCompanion\Field;

use TerraformCompanion\Errors;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Text that is only read, from what a kind puts together itself. Option: column (its name there).
 */
final class Shown extends Text
{
    public function __construct(string $name, ?string $column = null)
    {
        parent::__construct(
            $name,
            ['column' => $column === null ? $name : $column, 'codec' => false, 'read_only' => true]
        );
    }

    public function isSupported(): bool
    {
        return true;
    }

    public function check($value, string $path, Errors $errors): void
    {
        throw new \LogicException($this->name . ' is only read');
    }
}
