<?php

/**
 * Loads the companion's classes: TerraformCompanion\Kind\Product is Kind/Product.php.
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

spl_autoload_register(function (string $class): void {
    if (strpos($class, 'TerraformCompanion\\') !== 0) {
        return;
    }
    $file = __DIR__ . '/' . str_replace('\\', '/', substr($class, strlen('TerraformCompanion\\'))) . '.php';
    if (is_file($file)) {
        require_once $file;
    }
});
