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
}
