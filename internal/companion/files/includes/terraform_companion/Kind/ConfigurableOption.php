<?php

declare(strict_types=1);

namespace TerraformCompanion\Kind;

use TerraformCompanion\Field\Parts;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * One option of a configurable option group. Customers' choices refer to its id.
 */
final class ConfigurableOption extends Part
{
    public function name(): string
    {
        return 'configurable_option';
    }

    public function ownerColumn(): string
    {
        return 'gid';
    }

    protected function define(): array
    {
        return [
            new Parts('sub_options', ['kind' => ConfigurableSubOption::class]),
        ];
    }

    public function remove(string $id): void
    {
        $this->field('sub_options')->part()->removeOfOwner($id);
        parent::remove($id);
    }
}
