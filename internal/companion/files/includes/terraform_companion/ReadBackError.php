<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The database does not hold what was written: truncation, a trigger, a column of another type.
 */
final class ReadBackError extends ShownError
{
    public function __construct(string $field)
    {
        parent::__construct('After the write, the field ' . $field . ' does not contain the value that was written');
    }
}
