<?php

declare(strict_types=1);

namespace TerraformCompanion\Kind;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * A kind whose updates overwrite what no database holds. What they overwrite is kept, and that is committed, before the write's transaction, under
 * its lock and after all its checks: a process that is killed in the transaction takes nothing along.
 */
interface KeepsFirst
{
    /** @param array $before the row  @return callable|null takes it back once a failed write has; null where nothing had to be kept */
    public function keepFirst(array $values, array $before): ?callable;
}
