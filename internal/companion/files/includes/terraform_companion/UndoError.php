<?php
namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * A failed write that could not be taken back. Its message names tables and no value, so the caller may see it.
 */
final class UndoError extends \RuntimeException
{
}
