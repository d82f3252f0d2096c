<?php

declare(strict_types=1);

namespace TerraformCompanion;

use TerraformCompanion\Kind\Kind;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The checks that a write and its dry run share.
 */
final class Validator
{
    private $context;

    public function __construct(Context $context)
    {
        $this->context = $context;
    }

    /**
     * Refuses what the operator's safety settings forbid.
     *
     * @param string|null $kind null where the operation touches no object
     */
    public function checkSafetySettings(string $op, ?string $kind, ?string $id): void
    {
        $config = $this->context->config();
        $version = $this->context->store()->tables()->version();
        if ($version > Tables::VERSION) {
            throw Failure::unsupported('', sprintf(
                'A newer companion created the tables mod_terraform_… (version %d, this one supports %d). Writes are '
                    . 'refused. Install the files of the newer companion again',
                $version,
                Tables::VERSION
            ));
        }
        $faults = $this->settingsFaults();
        if ($faults) {
            throw Failure::readOnly(
                'companion.local.php',
                implode('. ', $faults) . '. Writes are refused until the file is corrected'
            );
        }
        if ($config->isAbsent()) {
            throw Failure::readOnly('read_only', 'Writes are refused, because companion.local.php does not exist. Copy '
                . 'companion.local.php.dist to companion.local.php in the same folder, and set read_only to false');
        }
        if ($config->isReadOnly()) {
            throw Failure::readOnly('read_only', 'companion.local.php sets read_only to true');
        }
        if ($op === 'delete' && !$config->allowsDelete()) {
            throw Failure::readOnly(
                'allow_delete',
                'Deletions are refused, because companion.local.php does not set allow_delete to true'
            );
        }
        if ($kind !== null && !$config->servesKind($kind)) {
            throw Failure::readOnly('kinds', sprintf('companion.local.php does not list the kind %s in kinds', $kind));
        }
        if ($kind === 'landing_page' && !$config->allowsLandingPage()) {
            throw Failure::readOnly('landing_page', 'companion.local.php does not set landing_page to true');
        }
        if ($id !== null && $config->isProtected($kind, $id)) {
            throw Failure::readOnly(
                'protected_ids',
                sprintf('companion.local.php protects the %s %s (protected_ids)', Failure::noun($kind), $id)
            );
        }
    }

    /** @return string[] what is wrong with companion.local.php */
    public function settingsFaults(): array
    {
        return array_merge($this->context->config()->faults(), (new PriceGuards($this->context))->faults());
    }

    /** @return Kind */
    public function writable(string $name): Kind
    {
        $kind = $this->context->kinds()->get($name);
        if (!$kind->isWritable()) {
            throw Failure::unsupported('kind', sprintf('Objects of the kind %s are read only', $name));
        }
        $this->transactional($kind);

        return $kind;
    }

    /** Refuses a kind with a table, such as MyISAM, whose rows a failed write could not roll back. */
    private function transactional(Kind $kind): void
    {
        $tables = $this->context->schema()->nonTransactional(array_merge($kind->tables(), array_keys(Store::TABLES)));
        if ($tables) {
            throw Failure::unsupported('kind', sprintf(
                'The database cannot roll back a failed write, because these tables are not InnoDB: %s. Run: %s '
                    . 'Back up the database first. Switch on the maintenance mode of WHMCS while the statements run',
                implode(', ', $tables),
                implode(' ', array_map(function (string $table): string {
                    return 'ALTER TABLE ' . $table . ' ENGINE=InnoDB ROW_FORMAT=DYNAMIC;';
                }, $tables))
            ));
        }
    }

    /** Secrets of a request are known before anything can put them into a message. */
    public function rememberSecrets(Kind $kind, array $values): void
    {
        foreach ($kind->fields() as $field) {
            if ($field instanceof Field\Secret && isset($values[$field->name()])) {
                $this->context->secrets()->remember($values[$field->name()]);
            }
        }
    }

    /**
     * @param array    $raw     values as JSON gave them
     * @param bool     $create  whether required fields must be there and defaults apply
     * @param string[] $unknown fields whose value is not known yet
     * @return array values in internal form by field
     */
    public function values(Kind $kind, array $raw, bool $create, array $unknown = []): array
    {
        $errors = new Errors();
        $values = [];
        foreach ($raw as $name => $value) {
            $name = (string) $name;
            $field = $kind->field($name);
            if ($field === null || $field->isReadOnly()) {
                $isRead = $field !== null || $name === 'id' || $kind->rowField($name) !== null;
                $errors->invalid($name, $isRead ? 'is read only' : 'is not a known field');
            } elseif (in_array($name, $unknown, true)) {
                continue;
            } elseif ($value === null) {
                if ($field->option('nullable') && $field->isSupported()) {
                    $values[$name] = null;
                }
            } elseif (!$field->isSupported()) {
                $errors->unsupported($name, 'needs a table or a column that this WHMCS does not have');
            } else {
                $values[$name] = $field->check($value, $name, $errors);
            }
        }
        foreach ($unknown as $name) {
            if ($kind->field($name) === null) {
                $errors->invalid('unknown', 'contains an unknown field: ' . $name);
            }
        }
        foreach ($create ? $kind->fields() : [] as $name => $field) {
            if (isset($raw[$name]) || in_array($name, $unknown, true)) {
                continue;
            }
            if ($field->option('required')) {
                $errors->invalid($name, 'is required');
            } elseif ($field->option('default') !== null && $field->isSupported()) {
                $values[$name] = $field->option('default');
            }
        }
        $errors->raise();

        return $values;
    }

    /** @param array $expect prior values as JSON gave them, by their names in rows */
    public function expectForm(Kind $kind, array $expect): void
    {
        $errors = new Errors();
        foreach (array_keys($expect) as $name) {
            $field = $kind->rowField((string) $name);
            if ($field === null) {
                $errors->invalid('expect.' . $name, 'is not a known field');
            } else {
                $field->expectable($expect[$name], 'expect.' . $name, $errors);
            }
        }
        $errors->raise();
    }

    public function compare(Kind $kind, array $expect, array $row): void
    {
        $differences = [];
        foreach ($expect as $name => $json) {
            $field = $kind->rowField((string) $name);
            $differences = array_merge($differences, $field->differences($field->comparableForm($json), $row[$name]));
        }
        if ($differences) {
            throw Failure::conflict($differences);
        }
    }

    /**
     * Everything about checked values that needs the database.
     *
     * @param array|null $before the row that is changed, null for a new one
     * @param bool       $lock   whether to lock what is referred to
     *
     * @return int how many prices change, as PriceGuards::check
     */
    public function against(
        Kind $kind,
        array $values,
        ?array $before,
        array $unknown,
        bool $lock,
        bool $allowDuplicate
    ): int {
        $errors = new Errors();
        $kind->rules($values, $before, $unknown, $errors);
        foreach ($values as $name => $value) {
            $kind->field($name)->references($value, $name, $errors, $lock);
        }
        $errors->raise();
        $kind->refuseDataLoss($values, $before, $lock);
        $key = [];
        $changed = $before === null;
        foreach ($kind->naturalKey() as $name) {
            if (in_array($name, $unknown, true)) {
                $changed = false;
                break;
            }
            $key[$name] = array_key_exists($name, $values) ? $values[$name] : $before[$name];
            $changed = $changed || $key[$name] !== $before[$name];
        }
        if ($changed && !$allowDuplicate) {
            $kind->refuseDuplicate($key, $before === null ? null : $before['id']);
        }
        $changes = (new PriceGuards($this->context))->check($kind, $values, $before, $lock);
        $this->affected(
            $kind,
            $before === null ? 'create' : 'update',
            $before === null ? null : $before['id'],
            $values,
            $before
        );

        return $changes;
    }

    /**
     * Refuses a write that changes another object, if the operator protects that object.
     *
     * @return array list of kind and id of the other objects whose rows change
     */
    public function affected(Kind $kind, string $op, ?string $id, array $values, ?array $before): array
    {
        $config = $this->context->config();
        $found = [];
        foreach ($kind->affects($op, $id, $values, $before) as $entry) {
            list($name, $ids) = $entry;
            foreach (array_unique(array_map('strval', $ids)) as $other) {
                if (!$config->servesKind($name)) {
                    throw Failure::readOnly('kinds', sprintf(
                        'This write also changes the %s %s, and companion.local.php does not list the kind %s in kinds',
                        Failure::noun($name),
                        $other,
                        $name
                    ));
                }
                if ($config->isProtected($name, $other)) {
                    throw Failure::readOnly(
                        'protected_ids',
                        sprintf(
                            'This write also changes the %s %s, which companion.local.php protects (protected_ids)',
                            Failure::noun($name),
                            $other
                        )
                    );
                }
                if (!isset($entry[2])) {
                    $found[] = [$this->context->kinds()->get($name), $other];
                }
            }
        }

        return $found;
    }

    public function sameInstallation(Request $request): void
    {
        $expected = $request->get('installation');
        if ($expected !== null && !is_string($expected)) {
            throw Failure::invalid('installation', 'must be text');
        }
        $actual = $this->context->installation()->id();
        if ($expected !== null && $expected !== $actual) {
            throw Failure::conflict([['field' => 'installation', 'expected' => $expected, 'actual' => $actual]]);
        }
    }

    /** Only products have services whose life depends on their fields. */
    public function guardForm(Kind $kind, array $guarded): void
    {
        foreach ($guarded as $name) {
            $field = $kind->field($name);
            if ($kind->name() !== 'product' || $field === null || $field->isReadOnly()) {
                throw Failure::invalid('guard_live', 'contains an unknown field: ' . $name);
            }
        }
    }

    /** Refuses a change of guarded fields while services live by them. */
    public function guardLive(Kind $kind, array $values, array $before, array $guarded): void
    {
        // Two names for the same columns.
        $options = ['module_options', 'toplink_dcim'];
        $guarded = array_intersect($options, $guarded) ? array_merge($guarded, $options) : $guarded;
        $changed = [];
        foreach (array_intersect(array_unique($guarded), array_keys($values)) as $name) {
            $field = $kind->field($name);
            if ($field->differences($field->rowForm($values[$name]), $before[$field->rowName()])) {
                $changed[] = $name;
            }
        }
        if (!$changed) {
            return;
        }
        $this->context->lookups()->needed('tblhosting', ['packageid', 'domainstatus']);
        $usage = $this->context->lookups()->services([$before['id']], 'packageid', true);
        $live = $usage[(int) $before['id']]['live_services'];
        if ($live > 0) {
            throw Failure::inUse(
                sprintf('%s cannot change. The %s', implode(', ', $changed), $kind->title($before)),
                [['kind' => 'services', 'count' => $live]]
            );
        }
    }
}
