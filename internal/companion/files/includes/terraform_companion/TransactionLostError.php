<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The write's transaction is not open any more. Other code has ended it, or the database has, and other code has
 * hidden that error.
 */
final class TransactionLostError extends ShownError
{
}
