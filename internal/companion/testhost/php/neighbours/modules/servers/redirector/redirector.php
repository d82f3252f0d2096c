<?php

/**
 * Redirects, prints, changes global state, and still returns its options.
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

function redirector_ConfigOptions(): array
{
    header('Location: index.php');
    header('X-Redirector: yes');
    setcookie('redirector', '1');
    header('HTTP/1.1 503 Service Unavailable');
    error_reporting(0);
    date_default_timezone_set('Asia/Kolkata');
    ob_start();
    echo 'left in a buffer';

    return ['Plan' => ['Type' => 'text']];
}
