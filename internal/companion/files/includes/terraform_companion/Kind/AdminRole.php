<?php
namespace TerraformCompanion\Kind;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

use TerraformCompanion\Field\Text;

/** Read only: the role groups of administrators. */
final class AdminRole extends Kind
{
    public function name()
    {
        return 'admin_role';
    }

    public function table()
    {
        return 'tbladminroles';
    }

    public function isWritable()
    {
        return false;
    }

    protected function define()
    {
        return [
            new Text('name', ['column' => 'name']),
        ];
    }
}
