<?php

declare(strict_types=1);

namespace TerraformCompanion\Field;

use TerraformCompanion\Errors;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * A product email template by its name, stored as its id. No template is stored as 0.
 */
class EmailTemplateName extends Text
{
    public function hasCodec(): bool
    {
        return false;
    }

    public function check($value, string $path, Errors $errors)
    {
        $problem = self::problem($value);
        if ($problem !== null) {
            $errors->invalid($path, $problem);
        }

        return $value;
    }

    public function references($value, string $path, Errors $errors, bool $lock): void
    {
        if ($value !== '' && !in_array($value, $this->context->lookups()->productEmails(), true)) {
            $errors->invalid($path, 'is not the name of an email template of type product');
        }
    }

    public function read(array $row, $related)
    {
        $names = $this->context->lookups()->productEmails();
        $id = (int) $row[$this->options['column']];

        return isset($names[$id]) ? $names[$id] : '';
    }

    public function columns($value, array $before): array
    {
        $id = $value === '' ? 0 : array_search($value, $this->context->lookups()->productEmails(), true);

        return [$this->options['column'] => $id];
    }
}
