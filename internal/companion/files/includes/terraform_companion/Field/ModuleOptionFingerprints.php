<?php

declare(strict_types=1);

namespace TerraformCompanion\Field;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Fingerprints, by number, of the module settings of a product that are passwords or not known to be none.
 */
final class ModuleOptionFingerprints extends Fingerprints
{
    /** @var ModuleOptions */
    private $moduleOptions;

    public function __construct(string $name, ModuleOptions $options)
    {
        parent::__construct($name);
        $this->moduleOptions = $options;
    }

    public function read(array $row, $related)
    {
        return $this->moduleOptions->read($row, null)['hidden'];
    }
}
