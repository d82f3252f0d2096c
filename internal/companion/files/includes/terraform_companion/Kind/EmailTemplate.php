<?php
namespace TerraformCompanion\Kind;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

use TerraformCompanion\Field\Boolean;
use TerraformCompanion\Field\Text;

/** Read only. */
final class EmailTemplate extends Kind
{
    public function name()
    {
        return 'email_template';
    }

    public function table()
    {
        return 'tblemailtemplates';
    }

    public function isWritable()
    {
        return false;
    }

    protected function define()
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
