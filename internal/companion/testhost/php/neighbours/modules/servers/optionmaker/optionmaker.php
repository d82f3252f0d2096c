<?php

/**
 * A server module whose hooks make what its products need, as several public modules do (seen).
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

function optionmaker_MetaData(): array
{
    return ['DisplayName' => 'Option Maker'];
}

function optionmaker_ConfigOptions(): array
{
    return [
        'Plan' => ['Type' => 'text', 'Size' => 25],
        'Token' => ['Type' => 'password', 'Size' => 25],
    ];
}
