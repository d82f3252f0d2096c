<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Collects what is wrong with the values of a request, so that one answer names everything.
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

    /** Throws what was collected; wrong values come before things that this WHMCS cannot do. */
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
