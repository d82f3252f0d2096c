<?php
namespace TerraformCompanion\SolusVm2;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

use TerraformCompanion\Addons;

/**
 * A setting of the addon in tbladdonmodules. The addon has it where a row is stored, or where its own declaration names it.
 */
final class AddonSettingLocation implements Location
{
    private $addons;

    private $module;

    private $name;

    public function __construct(Addons $addons, $module, $name)
    {
        $this->addons = $addons;
        $this->module = $module;
        $this->name = $name;
    }

    public function exists()
    {
        $rows = $this->addons->countOf($this->module, $this->name);
        if ($rows > 0) {
            return $rows === 1;
        }
        $declared = $this->addons->knownFields($this->module);

        return $declared === null ? null : in_array($this->name, $declared, true);
    }

    public function isAmbiguous()
    {
        return $this->addons->countOf($this->module, $this->name) > 1;
    }

    public function stored()
    {
        return $this->addons->setting($this->module, $this->name);
    }

    public function store($text)
    {
        $this->addons->put($this->module, $this->name, $text);
    }

    public function storedRows()
    {
        return [Addons::TABLE, ['module' => $this->module]];
    }
}
