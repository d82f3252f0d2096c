<?php
namespace TerraformCompanion\Field;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

use TerraformCompanion\Request;

/**
 * The administrator role groups that may use an addon module: ids, kept with commas in its setting `access` (seen).
 */
final class AdminRoles extends IdSet
{
    public function __construct($name)
    {
        parent::__construct($name, ['target' => 'tbladminroles']);
    }

    public function isSupported()
    {
        return $this->context->schema()->has('tbladminroles', 'id');
    }

    public function prefetch(array $rows, $lock = false)
    {
        return [];
    }

    public function read(array $row, $related)
    {
        return $this->loose(array_values(array_filter(array_map('trim', explode(',', $row['access'])), [Request::class, 'isId'])));
    }

    public function save($id, $value, array $effective)
    {
        $this->context->addons()->giveAccess($id, $value);
    }
}
