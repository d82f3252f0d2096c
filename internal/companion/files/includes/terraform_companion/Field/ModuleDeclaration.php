<?php

declare(strict_types=1);

namespace TerraformCompanion\Field;

use TerraformCompanion\Errors;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The options that a server module declares, as far as they are known without running its code: number, name, label,
 * type and default of each. Null where they are not known, and for an addon module.
 */
final class ModuleDeclaration extends Field
{
    public function isReadOnly(): bool
    {
        return true;
    }

    public function isScalar(): bool
    {
        return false;
    }

    public function check($value, string $path, Errors $errors): void
    {
        throw new \LogicException($this->name . ' is only read');
    }

    public function read(array $row, $related)
    {
        return $row['type'] === 'server' ? $this->context->modules()->declaration($row['name']) : null;
    }

    public function present($value)
    {
        return array_map(function (array $option): array {
            unset($option['fixed']);

            return $option;
        }, $value);
    }
}
