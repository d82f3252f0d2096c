<?php

/**
 * Declares more options than WHMCS keeps, as a list, with arrays and objects in the place of texts (seen).
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

// Code outside of functions must not see the variables of the loading code.
$name = $type = $work = $call = $file = null;

function indexed_ConfigOptions(): array
{
    $options = [
        '0' => ['FriendlyName' => 'Plan', 'Type' => 'text', 'Default' => ['small', 'large']],
        '1' => ['FriendlyName' => 'Size', 'Type' => 'TEXT', 'Default' => new stdClass()],
        '2' => ['FriendlyName' => 'Size', 'Type' => 'text'],
        '3' => ['FriendlyName' => ['de' => 'Ort'], 'Type' => 'text'],
        '4' => 'no array',
    ];
    for ($number = count($options) + 1; $number <= 30; $number++) {
        $options[] = ['FriendlyName' => 'Option ' . $number, 'Type' => 'text'];
    }

    return $options;
}
