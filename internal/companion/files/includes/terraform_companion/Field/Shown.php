<?php
namespace TerraformCompanion\Field;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

use TerraformCompanion\Errors;

/**
 * Text that is only read, from what a kind puts together itself. Option: column (its name there).
 */
final class Shown extends Text
{
    public function __construct($name, $column = null)
    {
        parent::__construct($name, ['column' => $column === null ? $name : $column, 'codec' => false, 'read_only' => true]);
    }

    public function isSupported()
    {
        return true;
    }

    public function check($value, $path, Errors $errors)
    {
        throw new \LogicException($this->name . ' is only read');
    }
}
