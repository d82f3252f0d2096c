<?php

declare(strict_types=1);

namespace TerraformCompanion\Field;

use TerraformCompanion\Context;
use TerraformCompanion\Errors;
use TerraformCompanion\Kind\Kind;
use TerraformCompanion\Kind\Part;
use TerraformCompanion\Request;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Parts of an object, each with an id and fields of its own. Option: kind (the class of the parts).
 *
 * Rows show parts by id. A request gives each part under a key that the caller chooses. `id` says which part it is. A
 * part without an id is created, or adopted if the kind of the part finds it. A part with `remove` is deleted. Other
 * parts are kept. Only the given fields are compared and written.
 *
 * Internal form of rows: id → fields. Internal form of requests: key → GivenPart.
 */
class Parts extends Field
{
    private const KEY = '/^[A-Za-z][A-Za-z0-9_-]{0,63}$/D';

    /** @var Part */
    private $part;

    public function attach(Context $context, Kind $kind): void
    {
        parent::attach($context, $kind);
        $class = $this->options['kind'];
        $this->part = new $class($context);
    }

    /** @return Part */
    public function part(): Part
    {
        return $this->part;
    }

    public function isScalar(): bool
    {
        return false;
    }

    public function isSupported(): bool
    {
        return $this->context->schema()->has($this->part->table(), $this->part->ownerColumn());
    }

    public function check($value, string $path, Errors $errors)
    {
        if (!$value instanceof \stdClass) {
            $errors->invalid($path, 'must be an object');

            return [];
        }
        $checked = [];
        $ids = [];
        foreach ((array) $value as $key => $item) {
            $key = (string) $key;
            if (!preg_match(self::KEY, $key)) {
                $errors->invalid(
                    "$path.$key",
                    'The key must begin with a letter and consist of at most 64 letters, digits, - and _'
                );
            } elseif ($item === null) {
                continue;
            } elseif (!$item instanceof \stdClass) {
                $errors->invalid("$path.$key", 'must be an object');
            } else {
                $checked[$key] = $this->checkPart((array) $item, "$path.$key", $errors);
                if ($checked[$key]->id !== null && in_array($checked[$key]->id, $ids, true)) {
                    $errors->invalid("$path.$key.id", 'is also the id of another key');
                }
                $ids[] = $checked[$key]->id;
            }
        }

        return $checked;
    }

    private function checkPart(array $item, string $path, Errors $errors): GivenPart
    {
        $id = isset($item['id']) ? $item['id'] : null;
        if ($id !== null && (!Request::isId($id) || (int) $id === 0)) {
            $errors->invalid($path . '.id', 'must be an id, a string of digits');
            $id = '0';
        }
        $removed = isset($item['remove']) ? $item['remove'] : false;
        if (!is_bool($removed)) {
            $errors->invalid($path . '.remove', 'must be true or false');
        } elseif ($removed && $id === null) {
            $errors->invalid($path . '.remove', 'requires the id of the part');
        }
        unset($item['id'], $item['remove']);
        $given = new GivenPart($id === null ? null : (string) (int) $id, $removed === true);
        foreach ($item as $name => $value) {
            $name = (string) $name;
            $field = $this->part->field($name);
            if ($field === null) {
                $errors->invalid("$path.$name", 'is not a known field');
            } elseif ($value === null) {
                continue;
            } elseif (!$field->isSupported()) {
                $errors->unsupported("$path.$name", 'needs a table or a column that this WHMCS does not have');
            } else {
                $given->values[$name] = $field->check($value, "$path.$name", $errors);
            }
        }
        foreach ($given->isNew ? $this->part->fields() : [] as $name => $field) {
            if (isset($item[$name])) {
                continue;
            }
            if ($field->option('required')) {
                $errors->invalid("$path.$name", 'is required');
            } elseif ($field->option('default') !== null && $field->isSupported()) {
                $given->defaults[$name] = $field->option('default');
            }
        }

        return $given;
    }

    /** @param array $before the parts that are there, by id */
    public function rules(array $value, array $before, string $path, Errors $errors): void
    {
        foreach ($value as $key => $given) {
            $twin = $given->isNew ? $this->twin($value, $given, $before) : null;
            if ($twin !== null) {
                $given->id = $twin;
                $given->isNew = false;
            }
            if (!$given->isNew && !isset($before[(int) $given->id])) {
                $errors->invalid("$path.$key.id", 'is not the id of a part of this object');
                continue;
            }
            $stored = $given->isNew ? null : $before[(int) $given->id];
            $this->part->partRules($given->values, $stored, "$path.$key", $errors);
            foreach ($given->values as $name => $inner) {
                $field = $this->part->field($name);
                if ($field instanceof self) {
                    $field->rules(
                        $inner,
                        $stored === null ? [] : $stored[$name],
                        "$path.$key.$name",
                        $errors
                    );
                }
            }
        }
    }

    /** @return string|null id of the part that is there, and that no other key means */
    private function twin(array $value, GivenPart $given, array $before): ?string
    {
        foreach ($before as $row) {
            $taken = array_filter($value, function (GivenPart $other) use ($row): bool {
                return $other->id === $row['id'];
            });
            if (!$taken && $this->part->isTwin($given->values, $row)) {
                return $row['id'];
            }
        }

        return null;
    }

    public function references($value, string $path, Errors $errors, bool $lock): void
    {
        foreach ($value as $key => $given) {
            foreach ($given->values as $name => $inner) {
                $this->part->field($name)->references($inner, "$path.$key.$name", $errors, $lock);
            }
        }
    }

    public function prefetch(array $rows, bool $lock = false): array
    {
        return $this->part->ofOwners(array_column($rows, 'id'), $lock);
    }

    public function read(array $row, $related)
    {
        return $related === null ? [] : $related;
    }

    public function save(string $id, $value, array $effective): void
    {
        foreach ($value as $given) {
            if ($given->isNew) {
                $given->id = $this->part->add($id, $given->values + $given->defaults);
            } elseif ($given->removed) {
                $this->part->remove($given->id);
            } else {
                $this->part->apply($given->id, $given->values, $this->part->fetchOne($given->id, true));
            }
        }
    }

    /** @return object ids of the written parts, by the caller's keys, in the form of the response */
    public function ids(array $value): object
    {
        $ids = [];
        foreach ($value as $key => $given) {
            if ($given->removed) {
                continue;
            }
            $ids[$key] = ['id' => $given->id];
            foreach ($given->values as $name => $inner) {
                $field = $this->part->field($name);
                if ($field instanceof self) {
                    $ids[$key][$name] = $field->ids($inner);
                }
            }
        }

        return (object) $ids;
    }

    public function expectable($json, string $path, Errors $errors): void
    {
        foreach ($json instanceof \stdClass ? (array) $json : [] as $key => $item) {
            foreach ($item instanceof \stdClass ? (array) $item : [] as $name => $value) {
                $field = $this->part->field((string) $name);
                if ($field !== null) {
                    $field->expectable($value, "$path.$key.$name", $errors);
                }
            }
        }
    }

    public function differences($given, $actual): array
    {
        if (!is_array($given)) {
            return parent::differences($given, $actual);
        }
        $differences = [];
        foreach ($given as $key => $item) {
            $differences = array_merge(
                $differences,
                $this->partDifferences($item, is_array($actual) ? $actual : [], $this->name . '.' . $key)
            );
        }

        return $differences;
    }

    /** @param mixed $item a GivenPart of a write, or what `expect` says */
    private function partDifferences($item, array $actual, string $path): array
    {
        $removed = $item instanceof GivenPart && $item->removed;
        $fields = $item instanceof GivenPart ? $item->values : $item;
        $id = $item instanceof GivenPart
            ? $item->id
            : (is_array($item) && isset($item['id']) && is_scalar($item['id']) ? $item['id'] : null);
        $found = $id !== null && isset($actual[(int) $id]) ? $actual[(int) $id] : null;
        if ($removed || $found === null || !is_array($fields)) {
            $expected = $item instanceof GivenPart ? null : $item;

            return $removed && $found === null
                ? []
                : [[
                    'field' => $path,
                    'expected' => $expected,
                    'actual' => $found === null ? null : $this->part->present($found),
                ]];
        }
        $differences = [];
        foreach ($fields as $name => $value) {
            $field = $this->part->field((string) $name);
            if ((string) $name === 'id') {
                continue;
            }
            $inner = $field === null
                ? [['field' => $name, 'expected' => $value, 'actual' => null]]
                : $field->differences($item instanceof GivenPart ? $field->rowForm($value) : $value, $found[$name]);
            foreach ($inner as $difference) {
                $difference['field'] = $path . '.' . $difference['field'];
                $differences[] = $difference;
            }
        }

        return $differences;
    }

    public function present($value)
    {
        return is_array($value) ? (object) array_map([$this->part, 'present'], $value) : $value;
    }
}
