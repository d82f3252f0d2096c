<?php
namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The database does not hold what was written: truncation, a trigger, a column of another type. Its message names a field
 * and no value, so the caller may see it.
 */
final class ReadBackError extends \RuntimeException
{
    private $outcome;

    /** @param string $outcome what came of the write */
    public function __construct($field, $outcome = 'so nothing was kept')
    {
        parent::__construct('Read back after writing, the field ' . $field . ' is not what was written');
        $this->outcome = $outcome;
    }

    public function outcome()
    {
        return $this->outcome;
    }
}
