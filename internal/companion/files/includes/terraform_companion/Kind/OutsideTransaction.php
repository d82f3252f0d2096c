<?php

declare(strict_types=1);

namespace TerraformCompanion\Kind;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * A kind whose creation and deletion run code of modules that ends transactions. That code runs before the write's
 * transaction, under the lock of the kind and after all checks.
 */
interface OutsideTransaction
{
    /** Whether an earlier attempt with this key ended after `before`, so that the object exists already. */
    public function continues(array $values, string $key): bool;

    /**
     * @param string $op create or delete
     * @param array $values of a creation
     */
    public function before(string $op, ?string $id, array $values, string $key): void;

    /**
     * A sentence about the changes that `before` made if the transaction fails, with the next step.
     *
     * @param string $op create or delete
     */
    public function leftover(string $op, string $id): string;
}
