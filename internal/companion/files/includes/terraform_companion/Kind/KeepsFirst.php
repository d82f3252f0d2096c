<?php

declare(strict_types=1);

namespace TerraformCompanion\Kind;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * A kind whose updates overwrite what is outside of the database. A copy of it is committed before the write's
 * transaction, so that a process that is killed in the transaction loses nothing.
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
