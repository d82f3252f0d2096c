<?php

declare(strict_types=1);

namespace TerraformCompanion\Field;

use TerraformCompanion\Decimal;
use TerraformCompanion\Errors;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * An exact decimal, as text with the column's scale.
 */
class Money extends Field
{
    public function check($value, string $path, Errors $errors)
    {
        $column = $this->column();
        $problem = Decimal::problem($value, $this->scale(), $column['precision'], $this->option('negative', false));
        if ($problem !== null) {
            $errors->invalid($path, $problem);

            return $value;
        }

        return Decimal::format($value, $this->scale());
    }

    public function read(array $row, $related)
    {
        return Decimal::format((string) $row[$this->options['column']], $this->scale());
    }

    public function columns($value, array $before): array
    {
        return [$this->options['column'] => $value];
    }

    public function expectable($json, string $path, Errors $errors): void
    {
        if (is_int($json) || is_float($json)) {
            $errors->invalid($path, 'must be a decimal number as text, such as "10.00"');
        }
    }

    public function equal($a, $b): bool
    {
        return $a === $b || Decimal::equal($a, $b);
    }

    public function scale(): int
    {
        return $this->context->schema()->scale($this->kind->table(), $this->options['column']);
    }
}
