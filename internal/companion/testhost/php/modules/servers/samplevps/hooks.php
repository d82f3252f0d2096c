<?php
/**
 * The hooks of the sample module. WHMCS loads them while the module is listed in its setting ModuleHooks; what they do does not matter here.
 */
if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}
