<?php

declare(strict_types=1);

namespace TerraformCompanion\SolusVm2;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Where one text is kept.
 */
interface Location
{
    /**
     * @return bool|null whether the live addon has it. Null if only the addon's declaration can show it, and it has not
     * run.
     */
    public function exists(): ?bool;

    /** Whether more than one row has its key, so that it is not known which the addon means. */
    public function isAmbiguous(): bool;

    /** @return string|null null where nothing is stored */
    public function stored(): ?string;

    public function store(string $text): void;

    /** @return array table and conditions of the rows that a write changes */
    public function storedRows(): array;
}
