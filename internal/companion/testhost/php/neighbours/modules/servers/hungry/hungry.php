<?php

/**
 * Needs more memory than PHP has.
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

function hungry_ConfigOptions(): array
{
    $texts = [];
    while (true) {
        $texts[] = str_repeat('x', 1048576);
    }
}
