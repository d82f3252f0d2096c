<?php

/**
 * Cannot tell what it is.
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

function nodeclaration_config(): array
{
    return nodeclaration_missing_function();
}
