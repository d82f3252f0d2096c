<?php

declare(strict_types=1);

namespace TerraformCompanion\Kind;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * A kind whose updates overwrite what no database holds. What they overwrite is kept, and that is committed, before
 * the write's transaction, under its lock and after all its checks: a process that is killed in the transaction takes
 * nothing along.
 */
interface KeepsFirst
{
    /**
     * Keeps what the values are about to overwrite. Adds to the outside changes how to forget it after a failed write.
     *
     * @param array $before the row
     */
    public function keepFirst(array $values, array $before): void;
}
