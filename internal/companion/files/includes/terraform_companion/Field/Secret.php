<?php

declare(strict_types=1);

namespace TerraformCompanion\Field;

use TerraformCompanion\Errors;
use TerraformCompanion\Failure;
use TerraformCompanion\Secrets;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * A secret: written as text, read as a fingerprint. Options: column, `encrypted` where WHMCS keeps it encrypted.
 */
class Secret extends Text
{
    public function rowName(): string
    {
        return $this->name . '_fingerprint';
    }

    public function hasCodec(): bool
    {
        return false;
    }

    public function check($value, string $path, Errors $errors)
    {
        $problem = self::problem($value);
        if ($problem === null) {
            // Encrypted, any character fits, but no encryption makes a text shorter.
            $problem = self::columnProblem(
                $this->column(),
                $this->option('encrypted') ? str_repeat('x', strlen($value)) : $value
            );
        }
        if ($problem !== null) {
            $errors->invalid($path, $problem);
        }

        return $value;
    }

    public function read(array $row, $related)
    {
        return $this->context->secrets()->fingerprint($this->plain($row));
    }

    /** The secret itself, for a connection test. */
    public function plain(array $row): string
    {
        $stored = (string) $row[$this->options['column']];
        $this->context->secrets()->remember($stored);

        return $this->option('encrypted') ? $this->context->secrets()->decrypt($stored) : $stored;
    }

    public function rowForm($value)
    {
        return $this->context->secrets()->fingerprint($value);
    }

    public function columns($value, array $before): array
    {
        if (!$this->option('encrypted')) {
            return [$this->options['column'] => $value];
        }
        $encrypted = $this->context->secrets()->encrypt($value);
        $problem = self::columnProblem($this->column(), $encrypted);
        if ($problem !== null) {
            throw Failure::invalid($this->name, $problem . ' after its encryption');
        }

        return [$this->options['column'] => $encrypted];
    }

    public function present($value)
    {
        return Secrets::fingerprintOrMask($value);
    }
}
