<?php

declare(strict_types=1);

namespace TerraformCompanion\Kind;

use TerraformCompanion\FieldTable;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/** Read only: the role groups of administrators. */
final class AdminRole extends Kind
{
    public function name(): string
    {
        return 'admin_role';
    }

    public function isWritable(): bool
    {
        return false;
    }

    protected function define(): array
    {
        return FieldTable::fields($this->name());
    }
}
