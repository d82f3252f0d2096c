<?php

declare(strict_types=1);

namespace TerraformCompanion\Kind;

use TerraformCompanion\FieldTable;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/** Read only. */
final class EmailTemplate extends Kind
{
    public function name(): string
    {
        return 'email_template';
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
