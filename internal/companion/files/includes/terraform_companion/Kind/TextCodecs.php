<?php

declare(strict_types=1);

namespace TerraformCompanion\Kind;

use TerraformCompanion\Field\Text;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The codecs of a kind's text columns, and of those of its parts.
 */
trait TextCodecs
{
    public function codec(Text $field, bool $keep = false): string
    {
        $name = $this->name() . '.' . $field->name();
        $codecs = $this->codecs();
        if ($keep) {
            $this->context->codecs()->keep($name);
        }

        return $codecs[$name];
    }

    /** Whether the texts in a field's column fit more than one codec, and the operator has not chosen one. */
    public function isCodecMixed(Text $field): bool
    {
        $this->codecs();
        $name = $this->name() . '.' . $field->name();

        return $this->context->codecs()->isMixed($this->table(), $name, $this->textColumns()[$name]);
    }

    /** @return array codec by field such as product.name */
    public function codecs(): array
    {
        $columns = $this->textColumns();
        $codecs = $columns ? $this->context->codecs()->of($this->table(), $columns) : [];
        foreach ($this->parts() as $part) {
            $codecs += $part->codecs();
        }

        return $codecs;
    }

    /** @return array by field such as product.name: see Codecs::mixed() */
    public function mixedText(): array
    {
        $columns = $this->textColumns();
        $mixed = $columns ? $this->context->codecs()->mixed($this->table(), $columns) : [];
        foreach ($this->parts() as $part) {
            $mixed += $part->mixedText();
        }

        return $mixed;
    }

    private function textColumns(): array
    {
        $columns = [];
        foreach ($this->fields as $field) {
            if ($field instanceof Text && $field->hasCodec() && $field->isSupported()) {
                $columns[$this->name() . '.' . $field->name()] = [
                    'column' => $field->columnNames()[0],
                    'markup' => $field->option('markup', false),
                ];
            }
        }

        return $columns;
    }
}
