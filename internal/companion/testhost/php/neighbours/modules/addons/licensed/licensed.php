<?php

/**
 * Refuses its activation with an exception.
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

function licensed_config(): array
{
    return ['name' => 'Licensed', 'version' => '1', 'fields' => []];
}

function licensed_activate(): array
{
    throw new RuntimeException('there is no licence in ' . ROOTDIR . '/licence.txt');
}
