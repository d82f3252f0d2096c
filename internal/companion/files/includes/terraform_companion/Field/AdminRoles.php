<?php

declare(strict_types=1);

namespace TerraformCompanion\Field;

use TerraformCompanion\Request;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The administrator role groups that may use an addon module: ids, kept with commas in its setting `access` (seen).
 */
final class AdminRoles extends IdSet
{
    public function __construct(string $name)
    {
        parent::__construct($name, ['target' => 'tbladminroles']);
    }

    public function isSupported(): bool
    {
        return $this->context->schema()->has('tbladminroles', 'id');
    }

    public function prefetch(array $rows, bool $lock = false): array
    {
        return [];
    }

    public function read(array $row, $related)
    {
        return $this->comparableForm(array_values(array_filter(
            array_map('trim', explode(',', $row['access'])),
            [Request::class, 'isId']
        )));
    }

    public function save(string $id, $value, array $effective): void
    {
        $this->context->addons()->giveAccess($id, $value);
    }
}
