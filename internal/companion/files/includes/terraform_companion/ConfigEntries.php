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

    /** @var string[] entries that have been read */
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

    public function number(string $name, ?int $default, int $least, int $most): ?int
    {
        $fits = function ($value) use ($least, $most): bool {
            return is_int($value) && $value >= $least && $value <= $most;
        };

        return $this->value($name, $default, $fits, sprintf('must be a whole number from %d to %d', $least, $most));
    }

    /**
     * @param string $pattern a regular expression that the text must match
     * @param string $form    what the text must be, in words
     */
    public function text(string $name, string $default, string $pattern = '/\S/', string $form = 'text'): string
    {
        return (string) $this->optionalText($name, $default, $pattern, $form);
    }

    public function optionalText(string $name, ?string $default, string $pattern, string $form = 'text'): ?string
    {
        $fits = function ($value) use ($pattern): bool {
            return is_string($value) && preg_match($pattern, $value) === 1;
        };

        return $this->value($name, $default, $fits, 'must be ' . $form);
    }

    /** @return string|null null if the entry has a fault */
    public function requiredText(string $name, string $pattern, string $form): ?string
    {
        if (!array_key_exists($name, $this->entries)) {
            $this->fault($name, 'is missing. It must be ' . $form);
        }

        return $this->optionalText($name, null, $pattern, $form);
    }

    /** @return array|null null if the entry is absent */
    public function items(string $name): ?array
    {
        return $this->value($name, null, 'is_array', 'must be an array');
    }

    /** @return string|null an amount of money, null if the entry has a fault */
    public function decimal(string $name): ?string
    {
        $fits = function ($value): bool {
            return Decimal::isText(is_int($value) ? (string) $value : $value) && !Decimal::isNegative((string) $value);
        };
        $value = $this->value($name, null, $fits, 'must be a decimal number as text, such as \'10.00\', not negative');

        return $value === null ? null : (string) $value;
    }

    /** @return array|null a list of ids, which are texts or whole numbers. Null if the entry is absent. */
    public function ids(string $name, string $pattern, string $form): ?array
    {
        if (isset($this->entries[$name]) && is_array($this->entries[$name])) {
            foreach ($this->entries[$name] as $key => $id) {
                $this->entries[$name][$key] = is_int($id) ? (string) $id : $id;
            }
        }

        return $this->texts($name, $pattern, $form);
    }

    /** @return string[] the names of all entries */
    public function names(): array
    {
        return array_map('strval', array_keys($this->entries));
    }

    /**
     * A list of texts, without keys.
     *
     * @return string[]|null null if the entry is absent
     */
    public function texts(string $name, string $pattern, string $form): ?array
    {
        $fits = function ($value) use ($pattern): bool {
            return is_array($value)
                && array_keys($value) === array_keys(array_values($value))
                && count(preg_grep($pattern, array_filter($value, 'is_string'))) === count($value);
        };

        return $this->value($name, null, $fits, 'must be a list of ' . $form);
    }

    /** The entries of a section, which is an array. */
    public function section(string $name): self
    {
        $entries = $this->items($name);

        return new self($entries === null ? [] : $entries, $this->prefix . $name . '.', $this->faults);
    }

    /** Reports entries of which two have one value, where each needs its own. */
    public function distinct(array $values): void
    {
        foreach ($values as $name => $value) {
            $first = array_search($value, $values, true);
            if ($first !== $name) {
                $this->fault((string) $name, sprintf('has the same value as %s%s: %s', $this->prefix, $first, $value));
            }
        }
    }

    /** Reports the entries that were not read. */
    public function close(): void
    {
        foreach (array_diff(array_map('strval', array_keys($this->entries)), $this->known) as $name) {
            $value = $this->entries[$name];
            // An array element without a key has a number in place of the name.
            $isBare = is_string($value) && (string) (int) $name === (string) $name;
            $this->fault(
                $isBare ? $value : (string) $name,
                $isBare
                    ? 'has no value. Write \'' . $value . '\' => …'
                    : 'is not a known entry. Known entries: ' . implode(', ', $this->known)
            );
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
