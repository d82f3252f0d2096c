<?php

declare(strict_types=1);

namespace TerraformCompanion\Kind;

use TerraformCompanion\Errors;
use TerraformCompanion\ThirdParty;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * One custom field of a product. The values of customers refer to its id (tblcustomfieldsvalues).
 */
final class CustomField extends Part
{
    public function name(): string
    {
        return 'custom_field';
    }

    public function ownerColumn(): string
    {
        return 'relid';
    }

    /** The table holds the fields of customers, addons and others too. */
    public function query(): object
    {
        return parent::query()->where('type', 'product');
    }

    public function insert(array $values): string
    {
        $id = parent::insert($values);
        $this->context->db()->table($this->table())->where('id', (int) $id)->update(['type' => 'product']);

        return $id;
    }

    /** A module finds its field by the name, or by what stands before `|` in it. */
    public function isTwin(array $values, array $row): bool
    {
        return explode('|', $values['name'], 2)[0] === explode('|', $row['name'], 2)[0];
    }

    /** A stored expression stays as it is. A new one is checked, because a wrong one refuses every order. */
    public function partRules(array $values, ?array $before, string $path, Errors $errors): void
    {
        $regex = isset($values['validation_regex']) ? $values['validation_regex'] : '';
        $isStored = $before !== null && $before['validation_regex'] === $regex;
        if ($regex === '' || $isStored || self::isRegex($regex)) {
            return;
        }
        $errors->invalid(
            $path . '.validation_regex',
            'must be a regular expression of PHP with delimiters, such as /^[a-z]+$/'
        );
    }

    private static function isRegex(string $text): bool
    {
        return ThirdParty::call(function () use ($text): bool {
            return preg_match($text, '') !== false;
        });
    }

    public function remove(string $id): void
    {
        if ($this->context->schema()->has('tblcustomfieldsvalues', 'fieldid')) {
            $values = $this->context->db()->table('tblcustomfieldsvalues')->where('fieldid', (int) $id);
            $this->byId($values)->delete();
        }
        parent::remove($id);
    }
}
