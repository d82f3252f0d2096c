<?php

declare(strict_types=1);

namespace TerraformCompanion\SolusVm2;

use TerraformCompanion\Context;
use TerraformCompanion\Errors;
use TerraformCompanion\Field\Field;
use TerraformCompanion\Kind\Kind;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * A setting of the SolusVM 2 addon: another field's form, kept in the place that the map gives for its name.
 */
final class MappedSetting extends Field
{
    private $form;

    public function __construct(Field $form)
    {
        parent::__construct($form->name(), ['nullable' => $form->option('nullable', false)]);
        $this->form = $form;
    }

    public function attach(Context $context, Kind $kind): void
    {
        parent::attach($context, $kind);
        $this->form->attach($context, $kind);
    }

    public function check($value, string $path, Errors $errors)
    {
        return $this->form->check($value, $path, $errors);
    }

    /** A place that holds nothing reads as a value of the form, too. */
    public function isPending($value): bool
    {
        return $this->context->solusVm2()->isSilent($this->name, $value);
    }

    public function save(string $id, $value, array $effective): void
    {
        $this->context->solusVm2()->write($this->name, $value);
    }
}
