<?php

/**
 * The hooks of the sample module. WHMCS loads them while the module is listed in its setting ModuleHooks; what they
 * do does not matter here.
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}
