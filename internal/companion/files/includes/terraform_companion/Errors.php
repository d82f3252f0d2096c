<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Collects the errors of a request's values, so that one response names all of them.
 */
final class Errors
{
    private $invalid = [];

    private $unsupported = [];

    public function invalid(string $field, string $message): void
    {
        $this->invalid[] = ['field' => $field, 'message' => $message];
    }

    /** Another object has this value, and it may change it in the same run of Terraform. */
    public function taken(string $field, string $message): void
    {
        $this->invalid[] = ['field' => $field, 'message' => $message, 'reason' => 'taken'];
    }

    public function unsupported(string $field, string $message): void
    {
        $this->unsupported[] = ['field' => $field, 'message' => $message];
    }

    /** Throws the collected errors. Invalid values are reported before unsupported ones. */
    public function raise(): void
    {
        if ($this->invalid) {
            throw Failure::errors('invalid', $this->invalid);
        }
        if ($this->unsupported) {
            throw Failure::errors('unsupported', $this->unsupported);
        }
    }
}
