<?php

declare(strict_types=1);

namespace TerraformCompanion\Kind;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/** Read only. */
final class Currency extends Kind
{
    public function name(): string
    {
        return 'currency';
    }

    public function isWritable(): bool
    {
        return false;
    }
}
