<?php
namespace TerraformCompanion\Field;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

use TerraformCompanion\Decimal;
use TerraformCompanion\Errors;

/**
 * An exact decimal, as text with the column's scale.
 */
class Money extends Field
{
    public function check($value, $path, Errors $errors)
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

    public function columns($value, array $before)
    {
        return [$this->options['column'] => $value];
    }

    public function expectable($json, $path, Errors $errors)
    {
        if (is_int($json) || is_float($json)) {
            $errors->invalid($path, 'must be a decimal number as text, such as "10.00"');
        }
    }

    public function equal($a, $b)
    {
        return $a === $b || Decimal::equal($a, $b);
    }

    public function scale()
    {
        return $this->context->schema()->scale($this->kind->table(), $this->options['column']);
    }
}
