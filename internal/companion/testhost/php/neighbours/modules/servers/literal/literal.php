<?php

/**
 * Declares all of its options as literals, a password with another spelling of the type among them.
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

function literal_ConfigOptions(array $params = []): array
{
    $options = array(
        'Plan' => array('Type' => 'text', 'Size' => '25', 'Description' => 'not a "password"'),
        'Token' => array('FriendlyName' => 'Token', 'Type' => 'Password', 'Size' => '25'),
        'Backups' => array('Type' => 'yesno', 'Default' => true),
    );

    return $options;
}
