<?php

declare(strict_types=1);

namespace TerraformCompanion\SolusVm2;

use TerraformCompanion\Errors;
use TerraformCompanion\Field\Field;
use TerraformCompanion\Field\Text;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * An absolute http or https address, or none.
 */
final class WebAddress extends Field
{
    private const LENGTH = 2048;

    public function check($value, string $path, Errors $errors)
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

    private static function isAddress(string $text): bool
    {
        return strlen($text) <= self::LENGTH
            && preg_match('#^https?://[A-Za-z0-9\[][^\s"<>\\\\^`{|}]*$#D', $text) === 1;
    }
}
