<?php
namespace TerraformCompanion\Kind;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

use TerraformCompanion\Field\Boolean;
use TerraformCompanion\Field\Integer;
use TerraformCompanion\Field\Money;
use TerraformCompanion\Field\Text;

/** Read only. */
final class Currency extends Kind
{
    public function name()
    {
        return 'currency';
    }

    public function table()
    {
        return 'tblcurrencies';
    }

    public function isWritable()
    {
        return false;
    }

    protected function define()
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
