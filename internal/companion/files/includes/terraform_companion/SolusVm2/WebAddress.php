<?php
namespace TerraformCompanion\SolusVm2;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

use TerraformCompanion\Errors;
use TerraformCompanion\Field\Field;
use TerraformCompanion\Field\Text;

/**
 * An absolute http or https address, or none.
 */
final class WebAddress extends Field
{
    const LENGTH = 2048;

    public function check($value, $path, Errors $errors)
    {
        $problem = Text::problem($value);
        if ($problem === null && $value !== '' && !self::isAddress($value)) {
            $problem = 'must be an absolute http or https address, or empty';
        }
        if ($problem !== null) {
            $errors->invalid($path, $problem);
        }

        return $value;
    }

    private static function isAddress($text)
    {
        return strlen($text) <= self::LENGTH && preg_match('#^https?://[A-Za-z0-9\[][^\s"<>\\\\^`{|}]*$#D', $text) === 1;
    }

    public function read(array $row, $related)
    {
        return $row[$this->name];
    }
}
