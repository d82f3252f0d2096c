<?php

/**
 * Declares its options in another file, a password among them (seen).
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

require_once __DIR__ . '/lib/options.php';

function elsewhere_ConfigOptions(): array
{
    return Elsewhere\Options::all();
}
