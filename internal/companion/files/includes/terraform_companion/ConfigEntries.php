<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The entries of companion.local.php, or of one section of it. An entry that is not known or not of its form is a
 * fault, and the default applies in its place. One fault anywhere stops every write, because a misspelt safety
 * setting must not be a setting that is off.
 */
final class ConfigEntries
{
    /** @var array */
    private $entries;

    /** @var string name of the section with a dot at its end, '' for the file itself */
    private $prefix;

    /** @var \ArrayObject texts, shared by all sections */
    private $faults;

    /** @var string[] entries that have been asked for */
    private $known = [];

    public function __construct(array $entries, string $prefix = '', ?\ArrayObject $faults = null)
    {
        $this->entries = $entries;
        $this->prefix = $prefix;
        $this->faults = $faults === null ? new \ArrayObject() : $faults;
    }

    public function flag(string $name, bool $default): bool
    {
        return $this->value($name, $default, 'is_bool', 'must be true or false, without quotes');
    }

    public function number(string $name, int $default, int $least, int $most): int
    {
        $fits = function ($value) use ($least, $most): bool {
            return is_int($value) && $value >= $least && $value <= $most;
        };

        return $this->value($name, $default, $fits, sprintf('must be a whole number from %d to %d', $least, $most));
    }

    /** @param string $pattern a regular expression that the text must match */
    public function text(string $name, string $default, string $pattern = '/\S/'): string
    {
        return (string) $this->optionalText($name, $default, $pattern);
    }

    public function optionalText(string $name, ?string $default, string $pattern): ?string
    {
        $fits = function ($value) use ($pattern): bool {
            return is_string($value) && preg_match($pattern, $value) === 1;
        };

        return $this->value($name, $default, $fits, 'is not a text of the form that the entry has');
    }

    /** @return array|null null if the entry is absent */
    public function items(string $name): ?array
    {
        return $this->value($name, null, 'is_array', 'must be an array');
    }

    /** The entries of a section, which is an array. */
    public function section(string $name): self
    {
        $entries = $this->items($name);

        return new self($entries === null ? [] : $entries, $this->prefix . $name . '.', $this->faults);
    }

    /** Reports the entries that nothing asked for. */
    public function close(): void
    {
        foreach (array_diff(array_map('strval', array_keys($this->entries)), $this->known) as $name) {
            $this->fault($name, 'is not an entry that the companion knows');
        }
    }

    public function fault(string $name, string $what): void
    {
        $this->faults->append(sprintf('companion.local.php: %s%s: %s', $this->prefix, $name, $what));
    }

    /** @return string[] what is wrong, each with the entry's name */
    public function faults(): array
    {
        return $this->faults->getArrayCopy();
    }

    /**
     * @param mixed $default
     *
     * @return mixed the entry, or the default if the entry is absent or does not fit
     */
    private function value(string $name, $default, callable $fits, string $fault)
    {
        $this->known[] = $name;
        if (!array_key_exists($name, $this->entries)) {
            return $default;
        }
        if (!$fits($this->entries[$name])) {
            $this->fault($name, $fault);

            return $default;
        }

        return $this->entries[$name];
    }
}
