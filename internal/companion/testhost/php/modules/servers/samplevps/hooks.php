<?php

/**
 * The hooks of the sample module, of which there are none. WHMCS loads this file while its setting ModuleHooks lists
 * the module.
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}
