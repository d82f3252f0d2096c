<?php
namespace TerraformCompanion\SolusVm2;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

use TerraformCompanion\Context;
use TerraformCompanion\Errors;
use TerraformCompanion\Field\Field;
use TerraformCompanion\Kind\Kind;

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

    public function attach(Context $context, Kind $kind)
    {
        parent::attach($context, $kind);
        $this->form->attach($context, $kind);
    }

    public function check($value, $path, Errors $errors)
    {
        return $this->form->check($value, $path, $errors);
    }

    public function read(array $row, $related)
    {
        return $row[$this->name];
    }

    /** A place that holds nothing reads as a value of the form, too. */
    public function isPending($value)
    {
        return $this->context->solusVm2()->isSilent($this->name, $value);
    }

    public function save($id, $value, array $effective)
    {
        $this->context->solusVm2()->write($this->name, $value);
    }
}
