<?php

declare(strict_types=1);

namespace TerraformCompanion\SolusVm2;

use TerraformCompanion\Addons;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * A setting of the addon in tbladdonmodules. The addon has it where a row is stored, or where its own declaration
 * names it.
 */
final class AddonSettingLocation implements Location
{
    private $addons;

    private $module;

    private $name;

    public function __construct(Addons $addons, string $module, string $name)
    {
        $this->addons = $addons;
        $this->module = $module;
        $this->name = $name;
    }

    /** @return string the name of the setting */
    public function name(): string
    {
        return $this->name;
    }

    public function exists(): ?bool
    {
        $rows = $this->addons->countOf($this->module, $this->name);
        if ($rows > 0) {
            return $rows === 1;
        }
        $declared = $this->addons->knownFields($this->module);

        return $declared === null ? null : in_array($this->name, $declared, true);
    }

    public function isAmbiguous(): bool
    {
        return $this->addons->countOf($this->module, $this->name) > 1;
    }

    public function stored(): ?string
    {
        return $this->addons->setting($this->module, $this->name);
    }

    public function store(string $text): void
    {
        $this->addons->put($this->module, $this->name, $text);
    }

    public function storedRows(): array
    {
        return [Addons::TABLE, ['module' => $this->module]];
    }
}
