<?php

declare(strict_types=1);

namespace TerraformCompanion\Field;

use TerraformCompanion\Errors;
use TerraformCompanion\ModuleCode;
use TerraformCompanion\Modules;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The name of an installed module, or nothing where it is not required. Option: type (servers, which is the default,
 * or addons).
 */
class ModuleName extends Text
{
    public function hasCodec(): bool
    {
        return false;
    }

    public function check($value, string $path, Errors $errors)
    {
        if (is_string($value) && $value !== '' && !Modules::isName($value)) {
            $errors->invalid($path, 'must be the name of a module');

            return $value;
        }
        $value = parent::check($value, $path, $errors);
        $type = $this->option('type', 'servers');
        if (is_string($value) && $value !== '' && !$this->context->modules()->has($value, $type)) {
            $errors->unsupported($path, ModuleCode::missing($type, $value));
        }

        return $value;
    }
}
