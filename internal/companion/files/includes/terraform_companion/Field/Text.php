<?php

declare(strict_types=1);

namespace TerraformCompanion\Field;

use TerraformCompanion\Codecs;
use TerraformCompanion\Errors;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Text in one column. Options: column, required, pattern and its hint, `codec` false for machine words that no codec
 * touches, `markup` where the column holds HTML by nature.
 */
class Text extends Field
{
    /** What addresses consist of. No codec touches them, and admin pages may print them unescaped. */
    public const HOST = '#^[\p{L}\p{M}\p{N}.:_/\[\]-]*$#Du';

    public const HOST_HINT = 'must be an address: letters, digits and . : _ / [ ] -';

    /** Plain text outside any codec: none of the characters that mean something in a page. */
    public const HARMLESS = '/^[^&<>"\']*$/D';

    public const HARMLESS_HINT = 'must not contain any of & < > " \'';

    public function hasCodec(): bool
    {
        return $this->option('codec', true);
    }

    public function check($value, string $path, Errors $errors)
    {
        $problem = self::problem($value);
        if ($problem === null && $this->option('required') && trim($value) === '') {
            $problem = 'is required';
        }
        if ($problem === null && isset($this->options['pattern']) && !preg_match($this->options['pattern'], $value)) {
            $problem = $this->options['hint'];
        }
        if ($problem === null && isset($this->options['column'])) {
            $problem = self::columnProblem($this->column(), $this->encode($value));
        }
        if ($problem !== null) {
            $errors->invalid($path, $problem);
        } else {
            $this->refuseDoubt([$value], $path, $errors);
        }

        return $value;
    }

    /** Returns what is wrong with a text in any field, or null. */
    public static function problem($value): ?string
    {
        if (!is_string($value)) {
            return 'must be text';
        }
        if (preg_match('/[^\P{Cc}\t\n]/u', $value)) {
            return 'must not contain control characters';
        }

        return null;
    }

    /**
     * Returns why a column cannot hold a stored text, or null. TEXT columns are measured in bytes, the others in
     * characters.
     */
    public static function columnProblem(?array $column, string $stored): ?string
    {
        if (!$column || $column['characters'] === null) {
            return null;
        }
        $isBytes = substr($column['type'], -4) === 'text';
        $length = $isBytes ? strlen($stored) : mb_strlen($stored, 'UTF-8');
        if ($length > $column['characters']) {
            return sprintf(
                'must not be longer than %d %s. With its encoding it has %d',
                $column['characters'],
                $isBytes ? 'bytes' : 'characters',
                $length
            );
        }
        if (
            in_array($column['charset'], ['utf8', 'utf8mb3'], true)
            && preg_match('/[\x{10000}-\x{10FFFF}]/u', $stored)
        ) {
            return 'contains a character, such as an emoji, that a column or a connection of character set '
                . $column['charset'] . ' cannot store';
        }

        $encodings = ['latin1' => 'Windows-1252', 'ascii' => 'ASCII'];
        if (isset($encodings[$column['charset']])) {
            $encoding = $encodings[$column['charset']];
            if (mb_convert_encoding(mb_convert_encoding($stored, $encoding, 'UTF-8'), 'UTF-8', $encoding) !== $stored) {
                return 'contains a character that a column of character set ' . $column['charset'] . ' cannot store';
            }
        }

        return null;
    }

    public function read(array $row, $related)
    {
        return $this->decode((string) $row[$this->options['column']]);
    }

    /**
     * A stored text either equals the given text, or it has an encoded character and therefore an `&`. Only ASCII text
     * is compared in the database, because every character set of a column has the characters of ASCII.
     */
    public function narrow(object $query, $json): void
    {
        $isPlain = is_string($json) && preg_match('/^[\x20-\x7e]*[\x21-\x7e]$/D', $json);
        if (get_class($this) !== self::class || !$isPlain || !$this->isSupported()) {
            return; // another class may show more than its column
        }
        $column = $this->options['column'];
        $query->where(function (object $either) use ($column, $json): void {
            $either->where($column, $json)->orWhere($column, 'LIKE', '%&%');
        });
    }

    public function columns($value, array $before): array
    {
        return [$this->options['column'] => $this->encode($value, true)];
    }

    /**
     * Refuses special characters if the column holds both encoded and raw text. The operator must choose a codec.
     */
    protected function refuseDoubt(array $texts, string $path, Errors $errors): void
    {
        $text = implode('', $texts);
        if ($this->hasCodec() && Codecs::encode('entity', $text) !== $text && $this->kind->isCodecMixed($this)) {
            $errors->unsupported($path, Codecs::doubt($this->kind->name() . '.' . $this->name));
        }
    }

    protected function decode(string $stored): string
    {
        return $this->hasCodec() ? Codecs::decode($this->kind->codec($this), $stored) : $stored;
    }

    protected function encode(string $text, bool $keep = false): string
    {
        return $this->hasCodec() ? Codecs::encode($this->kind->codec($this, $keep), $text) : $text;
    }
}
