<?php
namespace TerraformCompanion\Field;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

use TerraformCompanion\Errors;

/**
 * A value that is only read, as the kind gives it. Option: scalar (true where not given).
 */
class Found extends Field
{
    public function isReadOnly()
    {
        return true;
    }

    public function isScalar()
    {
        return $this->option('scalar', true);
    }

    public function check($value, $path, Errors $errors)
    {
        throw new \LogicException($this->name . ' is only read');
    }

    public function read(array $row, $related)
    {
        return $row[$this->name];
    }
}
