<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * A failure of the protocol: one of its codes, a message, and the details of the code.
 */
final class Failure extends \Exception
{
    /** Kinds whose name in messages is not their name with spaces. */
    private const NOUNS = [
        'admin_role' => 'administrator role',
        'email_template' => 'email template',
        'solusvm2_billing' => 'SolusVM 2 billing settings',
    ];

    /** Singular and plural of the kinds of references. */
    private const REFERENCES = [
        'services' => ['service', 'services'],
        'service_addons' => ['service addon', 'service addons'],
        'products' => ['product', 'products'],
        'addons' => ['product addon', 'product addons'],
        'bundles' => ['bundle', 'bundles'],
        'promotions' => ['promotion', 'promotions'],
        'choices' => ['choice of a customer', 'choices of customers'],
        'values' => ['value of a customer', 'values of customers'],
    ];

    private $failureCode;

    private $details;

    /** @var string */
    private $what;

    /** @param string $outcome a sentence on the outcome of the request. A later attempt may replace it. */
    public function __construct(string $code, string $message, array $details, string $outcome = '')
    {
        parent::__construct($outcome === '' ? $message : $message . '. ' . $outcome);
        $this->failureCode = $code;
        $this->what = $message;
        $this->details = $details;
    }

    /** The message without the outcome. */
    public function what(): string
    {
        return $this->what;
    }

    /** The same failure with another outcome. */
    public function withOutcome(string $outcome): self
    {
        return new self($this->failureCode, $this->what, $this->details, $outcome);
    }

    public function code(): string
    {
        return $this->failureCode;
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

        return new self($failure->failureCode, $failure->what, ['reason' => 'module_failed'] + $failure->details);
    }

    /**
     * @param array $errors list of field and message. A message is a sentence, or it begins with a verb and continues
     *                      the field's name.
     */
    public static function errors(string $code, array $errors): self
    {
        $sentences = [];
        foreach ($errors as $error) {
            $isSentence = preg_match('/^\p{Lu}/u', $error['message']) === 1;
            $subject = $error['field'] === '' ? '' : $error['field'] . ($isSentence ? ': ' : ' ');
            $sentences[] = $subject . $error['message'];
        }

        return new self($code, implode('. ', $sentences), ['errors' => $errors]);
    }

    public static function notFound(string $kind, string $id): self
    {
        return new self(
            'not_found',
            sprintf('No %s has the id %s', self::noun($kind), $id),
            ['kind' => $kind, 'id' => (string) $id]
        );
    }

    /** @param array $fields list of field, expected and actual */
    public static function conflict(array $fields): self
    {
        $names = array_map(function (array $field): string {
            return $field['field'];
        }, $fields);

        $message = $names === ['installation']
            ? 'The request is for another WHMCS installation'
            : 'The stored values differ from the expected ones: ' . implode(', ', $names);

        return new self('conflict', $message, ['fields' => $fields]);
    }

    /**
     * @param string $subject    the object, as the subject of a sentence
     * @param array  $references list of kind and count
     */
    public static function inUse(string $subject, array $references): self
    {
        return new self(
            'in_use',
            $subject . ' is in use by ' . self::counted($references),
            ['references' => $references]
        );
    }

    /** @param array $references list of kind and count */
    private static function counted(array $references): string
    {
        $parts = array_map(function (array $reference): string {
            $nouns = self::REFERENCES[$reference['kind']];

            return $reference['count'] . ' ' . $nouns[$reference['count'] === 1 ? 0 : 1];
        }, $references);

        return implode(', ', $parts);
    }

    /** The kind's name in messages. */
    public static function noun(string $kind): string
    {
        return isset(self::NOUNS[$kind]) ? self::NOUNS[$kind] : str_replace('_', ' ', $kind);
    }

    /** An object's name in messages. The objects of some kinds have their name as their id. */
    public static function title(string $kind, string $name, string $id): string
    {
        return sprintf($name === $id ? '%s "%s"' : '%s "%s" (%s)', self::noun($kind), $name, $id);
    }

    public static function exists(string $kind, string $id, array $key): self
    {
        $name = (string) (isset($key['name']) ? $key['name'] : end($key));

        return new self(
            'exists',
            'WHMCS already has the ' . self::title($kind, $name, $id),
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
            'Another program locks the same rows or tables of the database (%s). Apply again. If it fails again, find'
                . ' the long transaction in the process list of the database server' => Db::isContention($error),
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
