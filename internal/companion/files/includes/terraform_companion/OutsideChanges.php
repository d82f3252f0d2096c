<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * What a write has changed that the rollback of its transaction does not restore: files, another system, or a product
 * that other code committed. The database rolls back the rows of the transaction. Rows that were committed before or
 * inside the write are listed here.
 */
final class OutsideChanges
{
    private const COMPARE = 'compare the object with the journal';

    /** @var array[] name, restore and remedy of each change, the oldest first */
    private $changes = [];

    /** Forgets the changes of an earlier attempt. */
    public function begin(): void
    {
        $this->changes = [];
    }

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

    /**
     * Restores all changes, the newest first, after the transaction was rolled back.
     *
     * @param \Throwable $cause what made the write fail
     *
     * @return string[] sentences about what is left
     * @throws NotRestoredError if a change could not be restored
     */
    public function restore(\Throwable $cause): array
    {
        $remedies = [];
        $notes = [];
        foreach (array_reverse($this->changes) as list($name, $restore, $remedy)) {
            try {
                $notes[] = $restore();
            } catch (\Throwable $error) {
                $remedies[$name] = $remedy;
            }
        }
        $this->begin();
        if ($remedies) {
            $left = 'What it had written could not be taken back in ' . implode(', ', array_keys($remedies)) . ': ';
            throw new NotRestoredError($cause, $left . implode('; ', array_unique($remedies)));
        }

        return array_values(array_filter($notes, 'is_string'));
    }
}
