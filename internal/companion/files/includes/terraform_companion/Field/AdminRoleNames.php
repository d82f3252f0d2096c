<?php

declare(strict_types=1);

namespace TerraformCompanion\Field;

use TerraformCompanion\Errors;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The administrator role groups that may use an addon module, by their names: another way to write `admin_role_ids`.
 * A role that is gone has no name and is left out.
 */
final class AdminRoleNames extends Field
{
    public function isScalar(): bool
    {
        return false;
    }

    public function isSupported(): bool
    {
        return $this->context->schema()->has('tbladminroles', 'name');
    }

    public function check($value, string $path, Errors $errors)
    {
        if (!is_array($value) || array_filter($value, 'is_string') !== $value) {
            $errors->invalid($path, 'must be a list of names');

            return [];
        }
        if (count(array_unique($value)) !== count($value)) {
            $errors->invalid($path, 'must not contain a role twice');
        }

        return $this->normal($value);
    }

    public function references($value, string $path, Errors $errors, bool $lock): void
    {
        foreach ($value as $name) {
            $ids = $this->ids([$name]);
            if (!$ids) {
                $roles = implode(', ', $this->normal(array_unique($this->context->lookups()->adminRoles())));
                $errors->invalid($path, sprintf('No administrator role is named "%s". Roles: %s', $name, $roles));
            } elseif (count($ids) > 1) {
                $errors->invalid(
                    $path,
                    sprintf('%d administrator roles are named "%s". Use admin_role_ids', count($ids), $name)
                );
            }
        }
    }

    public function read(array $row, $related)
    {
        $names = $this->context->lookups()->adminRoles();

        return $this->normal(array_values(array_intersect_key(
            $names,
            array_flip(array_map('trim', explode(',', $row['access'])))
        )));
    }

    public function save(string $id, $value, array $effective): void
    {
        $this->context->addons()->giveAccess($id, $this->ids($value));
    }

    public function expectable($json, string $path, Errors $errors): void
    {
        if (is_array($json) && array_filter($json, 'is_string') !== $json) {
            $errors->invalid($path, 'must be text');
        }
    }

    public function comparableForm($json)
    {
        return is_array($json) ? $this->normal($json) : $json;
    }

    /** @return string[] */
    private function ids(array $names): array
    {
        return array_map('strval', array_keys(array_intersect($this->context->lookups()->adminRoles(), $names)));
    }

    private function normal(array $names): array
    {
        sort($names, SORT_STRING);

        return $names;
    }
}
