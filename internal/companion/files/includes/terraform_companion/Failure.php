<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * A refusal in the protocol's own words: one of its codes, a sentence and the details that go with the code.
 */
final class Failure extends \Exception
{
    private $word;

    private $details;

    /** @var string */
    private $what;

    /** @param string $outcome a sentence on what came of the request, for as long as it holds */
    public function __construct(string $word, string $message, array $details, string $outcome = '')
    {
        parent::__construct($outcome === '' ? $message : $message . '. ' . $outcome);
        $this->word = $word;
        $this->what = $message;
        $this->details = $details;
    }

    /** What failed, without what came of it. */
    public function what(): string
    {
        return $this->what;
    }

    /** The same failure of a request of which something else came. */
    public function withOutcome(string $outcome): self
    {
        return new self($this->word, $this->what, $this->details, $outcome);
    }

    public function code(): string
    {
        return $this->word;
    }

    public function details(): array
    {
        return $this->details;
    }

    public static function invalid(string $field, string $message): self
    {
        return self::errors('invalid', [['field' => $field, 'message' => $message]]);
    }

    public static function unsupported(string $field, string $message): self
    {
        return self::errors('unsupported', [['field' => $field, 'message' => $message]]);
    }

    /** The code of a module failed, or the module refused. */
    public static function module(string $message): self
    {
        $failure = self::unsupported('module', $message);

        return new self($failure->word, $failure->what, ['reason' => 'module_failed'] + $failure->details);
    }

    /** @param array $errors list of field and message */
    public static function errors(string $code, array $errors): self
    {
        $parts = [];
        foreach ($errors as $error) {
            $parts[] = ($error['field'] === '' ? '' : $error['field'] . ': ') . $error['message'];
        }

        return new self($code, implode('; ', $parts), ['errors' => $errors]);
    }

    public static function notFound(string $kind, string $id): self
    {
        return new self(
            'not_found',
            sprintf('There is no %s with id %s', $kind, $id),
            ['kind' => $kind, 'id' => (string) $id]
        );
    }

    /** @param array $fields list of field, expected and actual */
    public static function conflict(array $fields): self
    {
        $names = array_map(function (array $field): string {
            return $field['field'];
        }, $fields);

        return new self(
            'conflict',
            'What is stored is not what was expected: ' . implode(', ', $names),
            ['fields' => $fields]
        );
    }

    /** @param array $references list of kind and count */
    public static function inUse(string $what, array $references): self
    {
        $parts = array_map(function (array $reference): string {
            return $reference['count'] . ' ' . str_replace('_', ' ', $reference['kind']);
        }, $references);

        return new self('in_use', $what . ' is in use by ' . implode(', ', $parts), ['references' => $references]);
    }

    public static function exists(string $kind, string $id, array $key): self
    {
        return new self(
            'exists',
            sprintf('A %s with this %s exists already, with id %s', $kind, implode(' and ', array_keys($key)), $id),
            ['kind' => $kind, 'id' => (string) $id, 'key' => $key]
        );
    }

    /** The database could not carry out the request now. */
    public static function unavailable(string $message): self
    {
        return new self('unavailable', $message, []);
    }

    /** @return self|null null if the error is not one that the operator of the database removes */
    public static function ofDatabase(\Throwable $error): ?self
    {
        $causes = [
            'Another program uses the same rows or tables of the database (%s). Apply again. If it fails again, look'
                . ' for a long transaction in the process list of the database server' => Db::isContention($error),
            'The database cannot be reached, or its connection was lost (%s). Check the database server, then apply'
                . ' again' => Db::isUnreachable($error),
            'The database does not accept writes (%s). End the read-only mode of the server or the table, then apply'
                . ' again' => Db::isReadOnly($error),
        ];
        $cause = array_search(true, $causes, true);

        return $cause === false ? null : self::unavailable(sprintf($cause, Db::describe($error)));
    }

    /** @param string $setting name of the entry in companion.local.php */
    public static function readOnly(string $setting, string $message): self
    {
        return new self('read_only', $message, ['reason' => $setting]);
    }
}
