<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The database does not hold what was written: truncation, a trigger, a column of another type. Its message names a
 * field and no value, so the caller may see it.
 */
final class ReadBackError extends \RuntimeException
{
    private $outcome;

    /** @param string $outcome what came of the write */
    public function __construct(string $field, string $outcome = 'so nothing was kept')
    {
        parent::__construct('Read back after writing, the field ' . $field . ' is not what was written');
        $this->outcome = $outcome;
    }

    public function outcome(): string
    {
        return $this->outcome;
    }
}
