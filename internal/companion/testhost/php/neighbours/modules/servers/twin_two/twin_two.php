<?php

/**
 * Declares the same function as its twin (seen of two modules).
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

function twin_helper(): array
{
    return ['Plan' => ['Type' => 'text'], 'Disk two' => ['Type' => 'text']];
}

function twin_two_ConfigOptions(): array
{
    return twin_helper();
}
