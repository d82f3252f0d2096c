<?php

declare(strict_types=1);

namespace TerraformCompanion\Kind;

use TerraformCompanion\Context;
use TerraformCompanion\Errors;
use TerraformCompanion\Failure;
use TerraformCompanion\Field\Field;
use TerraformCompanion\Field\FieldTable;
use TerraformCompanion\Field\Parts;
use TerraformCompanion\Lookups;
use TerraformCompanion\Narrow;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * A kind of object: its table, its fields and its rules. This class holds what all kinds have in common.
 */
abstract class Kind
{
    use NaturalKey;
    use TextCodecs;
    use Searches;
    use Weights;

    /** Rows that a filter looks through at a time. */
    public const CHUNK = 500;

    /** The same of a filter that reads long texts. */
    private const TEXT_CHUNK = 50;

    /** Approximate number of bytes of a row in a response, without long texts. */
    protected const ROW_BYTES = 2000;

    /** Columns of so many characters count as short. */
    private const SHORT_TEXT = 1000;

    /** @var Context */
    protected $context;

    /** @var Field[] by name */
    private $fields = [];

    public function __construct(Context $context)
    {
        $this->context = $context;
        foreach (array_merge(FieldTable::of($this->name()), $this->define()) as $field) {
            $field->attach($context, $this);
            $this->fields[$field->name()] = $field;
        }
    }

    abstract public function name(): string;

    public function table(): string
    {
        return FieldTable::tableOf($this->name());
    }

    /** @return Field[] the fields beside the plain ones of the field table */
    protected function define(): array
    {
        return [];
    }

    public function isWritable(): bool
    {
        return true;
    }

    /** @return string[] the writes that there are for this kind */
    public function operations(): array
    {
        return ['create', 'update', 'delete'];
    }

    public function requireOperation(string $op): void
    {
        if (!in_array($op, $this->operations(), true)) {
            throw Failure::unsupported(
                'op',
                sprintf('must be one of %s for the kind %s', implode(', ', $this->operations()), $this->name())
            );
        }
    }

    /** The object's name in messages. */
    public function title(array $row): string
    {
        $key = $this->naturalKey();

        return Failure::title($this->name(), (string) $row[end($key)], $row['id']);
    }

    /** Whether the object still exists after its deletion, because a deletion only restores what was there before. */
    public function outlivesDeletion(): bool
    {
        return false;
    }

    /** @return Field[] by name */
    public function fields(): array
    {
        return $this->fields;
    }

    /** @return Field|null */
    public function field(string $name): ?Field
    {
        return isset($this->fields[$name]) ? $this->fields[$name] : null;
    }

    /** @return Field|null by its name in rows */
    public function rowField(string $name): ?Field
    {
        foreach ($this->fields as $field) {
            if ($field->rowName() === $name) {
                return $field;
            }
        }

        return null;
    }

    // Reading

    /** @return array[] rows in internal form by id, without ids that do not exist */
    public function fetch(array $ids, bool $lock = false): array
    {
        $query = Lookups::among($this->query(), 'id', $ids)->orderBy('id');

        return $this->internal($this->context->db()->rows($lock ? $query->lockForUpdate() : $query), null, $lock);
    }

    /** @return array|null */
    public function fetchOne(string $id, bool $lock = false): ?array
    {
        $rows = $this->fetch([$id], $lock);

        return $rows ? reset($rows) : null;
    }

    public function query(): object
    {
        return $this->context->db()->table($this->table());
    }

    /**
     * @param array[] $stored rows of the table
     * @param Field[]|null $fields all where not given
     * @param bool $lock of rows of other tables
     */
    public function internal(array $stored, ?array $fields = null, bool $lock = false): array
    {
        if (!$stored) {
            return [];
        }
        $fields = $fields === null ? $this->fields : $fields;
        $related = [];
        $supported = [];
        foreach ($fields as $name => $field) {
            $supported[$name] = $field->isSupported();
            $related[$name] = $supported[$name] ? $field->prefetch($stored, $lock) : [];
        }
        $rows = [];
        foreach ($stored as $row) {
            $id = $this->key($row['id']);
            $rows[$id] = ['id' => (string) $id];
            foreach ($fields as $name => $field) {
                $found = isset($related[$name][$id]) ? $related[$name][$id] : null;
                $rows[$id][$field->rowName()] = $supported[$name] ? $field->read($row, $found) : null;
            }
        }

        return $rows;
    }

    /**
     * An id as the key of rows.
     *
     * @param mixed $id
     *
     * @return mixed
     */
    protected function key($id)
    {
        return (int) $id;
    }

    /** A row as JSON shows it. */
    public function present(array $row): array
    {
        foreach ($this->fields as $field) {
            $row[$field->rowName()] = $row[$field->rowName()] === null
                ? null
                : $field->present($row[$field->rowName()]);
        }

        return $row;
    }

    /**
     * Usage counters, which WHMCS changes at any time.
     *
     * @return array[] by id. Ids without counters are absent.
     */
    public function usage(array $ids): array
    {
        return [];
    }

    /** @return Kind[] */
    private function parts(): array
    {
        $parts = [];
        foreach ($this->fields as $field) {
            if ($field instanceof Parts && $field->isSupported()) {
                $parts[] = $field->part();
            }
        }

        return $parts;
    }

    // Writing

    /**
     * Runs the code of modules that the write needs, before the transaction begins.
     *
     * @param array $expect as JSON gave it
     */
    public function prepare(array $values, ?string $id, array $expect): array
    {
        return $values;
    }

    /**
     * Refuses values that would remove something that other objects need.
     *
     * @param array|null $before the row, null for a new object
     */
    public function refuseDataLoss(array $values, ?array $before, bool $lock): void
    {
    }

    /**
     * A part that an update removes is deleted like an object, so allow_delete is for both.
     *
     * @param array $part its row
     */
    protected function refuseRemoval(string $noun, array $part): void
    {
        if (!$this->context->config()->allowsDelete()) {
            throw Failure::readOnly(
                'allow_delete',
                sprintf(
                    'The %s "%s" (%s) was not removed, because companion.local.php does not set allow_delete to true',
                    $noun,
                    $part['name'],
                    $part['id']
                )
            );
        }
    }

    /**
     * Checks rules between fields.
     *
     * @param array|null $before the row, null for a new object
     * @param string[] $unknown fields not known yet
     */
    public function rules(array $values, ?array $before, array $unknown, Errors $errors): void
    {
    }

    /** @return string the new object's id */
    public function insert(array $values): string
    {
        $columns = [];
        foreach ($values as $name => $value) {
            $columns = $this->fields[$name]->columns($value, []) + $columns;
        }

        return (string) $this->query()->insertGetId(
            $columns + $this->stamps(true) + $this->context->schema()->blanks($this->table())
        );
    }

    /** Completes the row of an object that code of WHMCS has made. */
    public function initialise(string $id, array $values): void
    {
    }

    /** The id of the object that code of WHMCS has made in the last insert, null if the companion inserts rows. */
    public function made(): ?string
    {
        return null;
    }

    /** @return string[] fields that a creation writes after everything else */
    public function lastFields(): array
    {
        return [];
    }

    /** Stores what differs from the row before. */
    public function apply(string $id, array $values, array $before): void
    {
        $columns = [];
        $changed = [];
        foreach ($values as $name => $value) {
            $field = $this->fields[$name];
            if (!$field->differences($field->rowForm($value), $before[$field->rowName()])) {
                continue;
            }
            $changed[] = $field;
            $columns = $field->columns($value, $before) + $columns;
        }
        if ($changed) {
            $columns = $columns + $this->stamps(false);
        }
        if ($columns) {
            $this->query()->where('id', (int) $id)->update($columns);
        }
        foreach ($changed as $field) {
            $field->save($id, $values[$field->name()], $values + $before);
        }
    }

    /** @return string[] the tables that a write of this kind changes, beside the companion's own */
    public function tables(): array
    {
        return [$this->table()];
    }

    /**
     * Makes further changes in the transaction of the write.
     *
     * @param array|null $before null for a new object
     */
    public function finish(string $id, array $values, ?array $before): void
    {
    }

    /** The members of a write's payload beside the row. */
    public function extras(): array
    {
        return [];
    }

    /** An entry of affects() whose objects' rows do not show the change. */
    protected const NOT_SHOWN = true;

    /**
     * The other objects that a write changes. `protected_ids` and `kinds` protect these objects too. They are
     * journalled, but for those that are NOT_SHOWN. Their hooks do not run.
     *
     * @param string|null $id null for a new object
     * @param array|null $before the row, null for a new object
     * @return array list of kind, ids and possibly NOT_SHOWN
     */
    public function affects(string $op, ?string $id, array $values, ?array $before): array
    {
        return [];
    }

    /**
     * Remarks about the write for `hook_errors`.
     *
     * @return string[]
     */
    public function remarks(): array
    {
        return [];
    }

    /**
     * The references that prevent the deletion of an object.
     *
     * @param bool $lock whether to lock the counted rows, so that no row is added before the commit
     * @return array list of kind and count. The caller removes counts of 0.
     */
    public function references(string $id, bool $lock = false): array
    {
        return [];
    }

    /** Deletes an object and its rows in other tables. */
    public function remove(string $id): void
    {
        $this->query()->where('id', (int) $id)->delete();
    }

    /** @return string[]|null name of the hook point and of its variable, for create, update or delete */
    public function hook(string $op): ?array
    {
        return null;
    }

    /** The same statement, so that it locks few rows: see Narrow. */
    protected function byId(object $query): object
    {
        return Narrow::toIds($this->context, $query);
    }

    protected function stamps(bool $new): array
    {
        $now = date('Y-m-d H:i:s');
        $stamps = [];
        foreach ($new ? ['created_at', 'updated_at'] : ['updated_at'] as $column) {
            if ($this->context->schema()->has($this->table(), $column)) {
                $stamps[$column] = $now;
            }
        }

        return $stamps;
    }

    /** @return string[] the ids that a write adds to a set of ids, or removes from it */
    protected static function changedIds(string $name, string $op, array $values, ?array $before): array
    {
        $former = $before === null ? [] : (array) $before[$name];
        $given = $op === 'delete' ? [] : (isset($values[$name]) ? $values[$name] : $former);

        return array_merge(array_diff($former, $given), array_diff($given, $former));
    }

    /**
     * The value that a field will have after the write.
     *
     * @return mixed
     */
    protected static function effective(string $name, array $values, ?array $before)
    {
        if (array_key_exists($name, $values)) {
            return $values[$name];
        }

        return $before === null || !array_key_exists($name, $before) ? null : $before[$name];
    }
}
