<?php

declare(strict_types=1);

namespace TerraformCompanion\Field;

use TerraformCompanion\Errors;
use TerraformCompanion\Failure;
use TerraformCompanion\Json;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The two settings that the TopLink module shows instead of the access hash. Assumed: the hash is a JSON object with
 * these two keys. companion.local.php can rename them.
 */
class AccessHashParts extends Composite
{
    public function __construct(string $name, array $options)
    {
        parent::__construct($name, [
            new Text('username_prefix', ['codec' => false, 'pattern' => Text::HARMLESS, 'hint' => Text::HARMLESS_HINT]),
            new Text('hostname_format', ['codec' => false, 'pattern' => Text::HARMLESS, 'hint' => Text::HARMLESS_HINT]),
        ], $options);
    }

    public function check($value, string $path, Errors $errors)
    {
        $checked = parent::check($value, $path, $errors);
        $this->checkColumns(
            $checked,
            array_fill_keys(array_keys($this->parts), $this->options['column']),
            $path,
            $errors
        );

        return $checked;
    }

    public function read(array $row, $related)
    {
        $config = $this->context->config();
        if ((string) $row['type'] !== $config->toplinkModule() || !$config->toplinkHashKeys()) {
            return null;
        }
        $stored = $this->decoded((string) $row[$this->options['column']]);
        if ($stored === null) {
            return null;
        }
        $value = [];
        foreach ($this->context->config()->toplinkHashKeys() as $name => $key) {
            $value[$name] = $stored[$key];
        }

        return $value;
    }

    public function columns($value, array $before): array
    {
        return [];
    }

    /** Other members of the stored object are kept. */
    public function save(string $id, $value, array $effective): void
    {
        $table = $this->kind->table();
        $column = $this->options['column'];
        $row = $this->context->db()->row($this->context->db()->table($table)->select($column)->where('id', (int) $id));
        $stored = $this->members((string) $row[$column]);
        if ($stored === null) {
            throw Failure::invalid(
                $this->name,
                'The stored access hash is not a JSON object, and these settings would replace it. '
                    . 'To replace it, first clear the access hash with access_hash = ""'
            );
        }
        $this->context->db()->table($table)
            ->where('id', (int) $id)->update([$column => $this->encoded($value, $stored)]);
    }

    /** The text of an access hash with these values over what was stored. */
    public function encoded(array $value, ?array $stored): string
    {
        $object = $stored === null ? [] : $stored;
        foreach ($this->context->config()->toplinkHashKeys() as $name => $key) {
            if (isset($value[$name])) {
                $object[$key] = $value[$name];
            } elseif (!isset($object[$key])) {
                $object[$key] = '';
            }
        }

        return Json::encode((object) $object);
    }

    /** @return array|null null where the hash is not of the assumed form */
    public function decoded(string $hash): ?array
    {
        $members = $hash === '' ? null : $this->members($hash);
        if ($members === null) {
            return null;
        }
        foreach ($this->context->config()->toplinkHashKeys() as $key) {
            if (!isset($members[$key]) || !is_string($members[$key])) {
                return null;
            }
        }

        return $members;
    }

    /** Whether a hash is these settings and nothing else: then no secret is in it. */
    public function isWhole(string $hash): bool
    {
        $members = $this->decoded($hash);

        return $members !== null
            && !array_diff(array_map('strval', array_keys($members)), $this->context->config()->toplinkHashKeys());
    }

    /**
     * @return array|null the members of a hash that is a JSON object. An empty hash has none. Null for other hashes.
     */
    private function members(string $hash): ?array
    {
        if ($hash === '') {
            return [];
        }
        $object = Json::decode($hash);
        if (!$object instanceof \stdClass) {
            // A hash saved in the admin area may be entity-encoded.
            $object = Json::decode(htmlspecialchars_decode($hash, ENT_QUOTES));
        }

        return $object instanceof \stdClass ? (array) $object : null;
    }
}
