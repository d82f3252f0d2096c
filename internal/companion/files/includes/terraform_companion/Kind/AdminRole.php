<?php

declare(strict_types=1);

namespace TerraformCompanion\Kind;

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
}
