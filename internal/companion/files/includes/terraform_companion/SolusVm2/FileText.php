<?php

declare(strict_types=1);

namespace TerraformCompanion\SolusVm2;

use TerraformCompanion\Errors;
use TerraformCompanion\Field\Field;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The content of the landing page's template, as UTF-8 text.
 */
final class FileText extends Field
{
    private const BYTES = 262144;

    public function check($value, string $path, Errors $errors)
    {
        if (!is_string($value)) {
            $errors->invalid($path, 'must be text');
        } elseif (strlen($value) > self::BYTES) {
            $errors->invalid($path, 'must not be longer than ' . self::BYTES . ' bytes');
        } elseif (!preg_match('//u', $value) || preg_match('/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/', $value)) {
            $errors->invalid($path, 'must not contain control characters');
        } else {
            $problem = TemplateText::problem($value);
            if ($problem !== null) {
                $errors->invalid($path, $problem);
            }
        }

        return $value;
    }

    public function save(string $id, $value, array $effective): void
    {
        $this->kind->put($value);
    }
}
