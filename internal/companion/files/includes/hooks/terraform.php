<?php

/**
 * Shows TerraformRead and TerraformWrite in the API role editor, which lists registered actions only and drops the
 * others when a role is saved (seen).
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

add_hook('AdminAreaPage', 1, function (): void {
    try {
        if (class_exists('\WHMCS\Api\V1\Catalog')) {
            \WHMCS\Api\V1\Catalog::add(
                [
                    'terraformread' => ['group' => 'Terraform', 'name' => 'TerraformRead', 'default' => 0],
                    'terraformwrite' => ['group' => 'Terraform', 'name' => 'TerraformWrite', 'default' => 0],
                ],
                ['Terraform' => ['name' => 'Terraform']]
            );
        }
    } catch (\Throwable $e) {
        // The catalogue is an internal class of WHMCS: no change of it may break an admin page.
    }
});
