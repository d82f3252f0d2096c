<?php

declare(strict_types=1);

namespace TerraformCompanion\Kind;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/** A kind whose hooks after a creation or a change get more variables than the id. */
interface TellsHooks
{
    /**
     * The variables, from what is stored now.
     *
     * @return array|null null if the object does not exist
     */
    public function hookVariables(string $id): ?array;
}
