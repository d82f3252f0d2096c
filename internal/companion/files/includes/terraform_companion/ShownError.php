<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * An unexpected error whose message holds no value and names nothing internal, so the caller may see it.
 */
class ShownError extends \RuntimeException
{
    /** @return array details of the response, beside the reference */
    public function details(): array
    {
        return [];
    }
}
