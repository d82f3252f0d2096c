<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The changes of a write outside the database: files, and settings of another system. The database rolls back rows.
 * Rows that were committed before the transaction are listed here too.
 */
final class OutsideChanges
{
    private const COMPARE = 'Compare the object with the journal';

    /** @var array[] name, restore and remedy of each change, the oldest first */
    private $changes = [];

    /**
     * Remembers how to restore what is about to be changed.
     *
     * @param string   $name    names the changed thing in the message
     * @param callable $restore may return a sentence about what it could not restore and need not
     * @param string   $remedy  what to do if $restore throws
     */
    public function add(string $name, callable $restore, string $remedy = self::COMPARE): void
    {
        $this->changes[] = [$name, $restore, $remedy];
    }

    /** @return string[] names of the changed things */
    public function names(): array
    {
        return array_column($this->changes, 0);
    }

    /** Forgets the changes of a write that is stored. */
    public function keep(): void
    {
        $this->changes = [];
    }

    /**
     * Restores all changes, the newest first. It never throws, and forgets them.
     *
     * @return array whether everything is restored, and sentences about what is left
     */
    public function restore(): array
    {
        $remedies = [];
        $left = [];
        foreach (array_reverse($this->changes) as list($name, $restore, $remedy)) {
            try {
                $left[] = $restore();
            } catch (\Throwable $error) {
                $remedies[$name] = $remedy;
            }
        }
        $this->changes = [];
        if ($remedies) {
            $left[] = 'These changes could not be undone: ' . implode(', ', array_keys($remedies)) . '. '
                . implode('. ', array_unique($remedies));
        }

        return [!$remedies, array_values(array_filter($left, 'is_string'))];
    }
}
