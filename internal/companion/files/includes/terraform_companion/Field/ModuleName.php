<?php
namespace TerraformCompanion\Field;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

use TerraformCompanion\Errors;
use TerraformCompanion\Modules;

/**
 * The name of an installed server module, or nothing where it is not required.
 */
class ModuleName extends Text
{
    public function hasCodec()
    {
        return false;
    }

    public function check($value, $path, Errors $errors)
    {
        if (is_string($value) && $value !== '' && !Modules::isName($value)) {
            $errors->invalid($path, 'is not the name of a module');

            return $value;
        }
        $value = parent::check($value, $path, $errors);
        if (is_string($value) && $value !== '' && !$this->context->modules()->has($value)) {
            $errors->unsupported($path, 'there is no server module ' . $value . ' in this WHMCS');
        }

        return $value;
    }
}
