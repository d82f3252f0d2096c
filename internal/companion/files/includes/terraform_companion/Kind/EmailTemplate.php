<?php

declare(strict_types=1);

namespace TerraformCompanion\Kind;

use TerraformCompanion\Field\Boolean;
use TerraformCompanion\Field\Text;

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

    public function table(): string
    {
        return 'tblemailtemplates';
    }

    public function isWritable(): bool
    {
        return false;
    }

    protected function define(): array
    {
        return [
            new Text('name', ['column' => 'name']),
            new Text('type', ['column' => 'type', 'codec' => false]),
            new Text('language', ['column' => 'language', 'codec' => false]),
            new Boolean('custom', ['column' => 'custom']),
            new Boolean('disabled', ['column' => 'disabled']),
        ];
    }
}
