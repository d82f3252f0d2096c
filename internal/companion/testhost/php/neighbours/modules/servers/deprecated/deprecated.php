<?php

/**
 * Was written for an older PHP, which says so at every call.
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

trigger_error('deprecated.php is deprecated', E_USER_DEPRECATED);

function deprecated_ConfigOptions(): array
{
    trigger_error('deprecated_ConfigOptions is deprecated', E_USER_DEPRECATED);
    $unused = $undefined;

    return ['Plan' => ['Type' => 'text']];
}
