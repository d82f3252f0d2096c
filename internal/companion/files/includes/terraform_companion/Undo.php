<?php
namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

use TerraformCompanion\Kind\Kind;

/**
 * Takes a failed write back where a rollback does not: tables without transactions, or a transaction that other people's code ended. It keeps
 * the rows as they were, and puts them back by hand.
 */
final class Undo
{
    const COMPARE = 'compare the object with the journal';

    private $context;

    private $isNeeded = false;

    /** @var array kind and id of what the write makes */
    private $made = [];

    /** @var array of table, conditions and the rows that met them */
    private $kept = [];

    public function __construct(Context $context)
    {
        $this->context = $context;
    }

    /** @var array of what no table holds: its name and the work that puts it back */
    private $outside = [];

    /** @param bool $isNeeded whether the write's tables cannot be rolled back */
    public function begin($isNeeded)
    {
        $this->isNeeded = $isNeeded;
        $this->made = [];
        $this->kept = [];
        $this->outside = [];
    }

    /**
     * Remembers how to put back what is outside the database.
     *
     * @param string $name for the message, where that fails
     * @param callable $work may return a sentence on what it leaves, which is no failure
     * @param string $remedy what to do where it fails
     */
    public function outside($name, callable $work, $remedy = self::COMPARE)
    {
        $this->outside[] = [$name, $work, $remedy];
    }

    /** Remembers a new object, even where its transaction would take it back: other people's code may end that. */
    public function made(Kind $kind, $id)
    {
        $this->made[] = [$kind, $id];
    }

    /** Keeps an object's rows as they are before it is changed, even where its transaction would take it back: other people's code may end that. */
    public function keep(Kind $kind, $id)
    {
        foreach ($kind->owned($id) as list($table, $where)) {
            $this->kept[] = [$table, $where, $this->rows($table, $where), $kind, $id];
        }
    }

    /**
     * @param bool $wasCommitted whether the transaction was ended before the failure
     *
     * @return string[] sentences on what is left as it may be
     * @throws UndoError where not everything is as it was
     */
    public function run($wasCommitted, \Throwable $first)
    {
        $left = [];
        $notes = [];
        foreach (array_reverse($this->outside) as list($name, $work, $remedy)) {
            try {
                $notes[] = $work();
            } catch (\Throwable $error) {
                $left[$name] = $remedy;
            }
        }
        // What a transaction holds it has taken back itself.
        $byHand = $this->isNeeded || $wasCommitted;
        foreach ($byHand ? array_reverse($this->made) : [] as list($kind, $id)) {
            try {
                $kind->remove($id);
                if ($kind->fetchOne($id) !== null) {
                    $left[$kind->table()] = self::COMPARE;
                }
            } catch (\Throwable $error) {
                $left[$kind->table()] = self::COMPARE;
            }
        }
        foreach ($byHand ? array_reverse($this->kept) : [] as list($table, $where, $before, $kind, $id)) {
            try {
                foreach ($kind->owned($id) as list($owned, $now)) {
                    // Rows that were made since are found by the conditions of today, such as the prices of a new sub-option.
                    if ($owned === $table) {
                        $this->restore($table, $now, $before);
                    }
                }
                $this->restore($table, $where, $before);
                if ($this->rows($table, $where) !== $before) {
                    $left[$table] = self::COMPARE;
                }
            } catch (\Throwable $error) {
                $left[$table] = self::COMPARE;
            }
        }
        $this->begin(false);
        if ($left) {
            $remedies = implode('; ', array_unique($left));
            throw new UndoError($first, 'What it had written could not be taken back in ' . implode(', ', array_keys($left)) . ': ' . $remedies);
        }

        return array_values(array_filter($notes, 'is_string'));
    }

    private function restore($table, array $where, array $before)
    {
        $now = $this->rows($table, $where);
        if ($now === $before) {
            return;
        }
        if (!$this->context->schema()->has($table, 'id')) {
            $this->query($table, $where)->delete();
            foreach ($before as $row) {
                $this->context->db()->table($table)->insert($row);
            }

            return;
        }
        $wanted = array_column($before, null, 'id');
        $there = array_column($now, null, 'id');
        foreach (array_diff_key($there, $wanted) as $id => $row) {
            $this->context->db()->table($table)->where('id', $id)->delete();
        }
        foreach ($wanted as $id => $row) {
            if ($this->context->db()->table($table)->where('id', $id)->count() > 0) {
                $this->context->db()->table($table)->where('id', $id)->update($row);
            } else {
                $this->context->db()->table($table)->insert($row);
            }
        }
    }

    private function rows($table, array $where)
    {
        $query = $this->query($table, $where);
        foreach (array_keys($this->context->schema()->columnsOf($table)) as $column) {
            $query->orderBy($column);
            if ($column === 'id') {
                break;
            }
        }

        return $this->context->db()->rows($query);
    }

    private function query($table, array $where)
    {
        $query = $this->context->db()->table($table);
        foreach ($where as $column => $value) {
            is_array($value) ? $query->whereIn($column, $value) : $query->where($column, $value);
        }

        return $query;
    }
}
