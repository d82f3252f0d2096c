<?php

declare(strict_types=1);

namespace TerraformCompanion\Kind;

use TerraformCompanion\Field\Boolean;
use TerraformCompanion\Field\Integer;
use TerraformCompanion\Field\Money;
use TerraformCompanion\Field\Text;

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

    public function table(): string
    {
        return 'tblcurrencies';
    }

    public function isWritable(): bool
    {
        return false;
    }

    protected function define(): array
    {
        return [
            new Text('code', ['column' => 'code', 'codec' => false]),
            new Text('prefix', ['column' => 'prefix']),
            new Text('suffix', ['column' => 'suffix']),
            new Integer('format', ['column' => 'format']),
            new Money('rate', ['column' => 'rate']),
            new Boolean('default', ['column' => 'default']),
        ];
    }
}
