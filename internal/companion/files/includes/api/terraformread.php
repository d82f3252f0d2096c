<?php

/**
 * WHMCS API action TerraformRead. WHMCS has authenticated the caller and checked the API role before it includes this
 * file.
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

require_once dirname(__DIR__) . '/terraform_companion/bootstrap.php';

$apiresults = \TerraformCompanion\Companion::answer('read', $_POST, $_SERVER);
