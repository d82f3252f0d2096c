<?php

/**
 * A server module with a setting of its own on the product's page, which its hooks store.
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

function formreader_MetaData(): array
{
    return ['DisplayName' => 'Form Reader'];
}

function formreader_ConfigOptions(): array
{
    return ['Plan' => ['Type' => 'text', 'Size' => 25]];
}
