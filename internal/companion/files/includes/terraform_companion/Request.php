<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * A decoded request and the checks of its form.
 */
final class Request
{
    private const MAX_IDS = 500;

    private $fields;

    private $bytes;

    public function __construct(\stdClass $fields, int $bytes = 0)
    {
        $this->fields = $fields;
        $this->bytes = $bytes;
    }

    public static function parse(array $input, array $server): self
    {
        if (!isset($server['REQUEST_METHOD']) || $server['REQUEST_METHOD'] !== 'POST') {
            throw Failure::invalid('', 'The request must be sent by POST');
        }
        $text = isset($input['terraform_request']) ? $input['terraform_request'] : null;
        if (!is_string($text) || $text === '') {
            throw Failure::invalid('', 'terraform_request is missing in the body of the request');
        }
        if (!preg_match('/^[A-Za-z0-9_-]+={0,2}$/D', $text)) {
            throw Failure::invalid('', 'terraform_request is not base64url');
        }
        $json = base64_decode(strtr(rtrim($text, '='), '-_', '+/'), true);
        $fields = $json === false ? null : Json::decode($json);
        if (!$fields instanceof \stdClass) {
            throw Failure::invalid('', 'terraform_request does not contain a JSON object');
        }
        $request = new self($fields, strlen($json));
        $version = $request->get('v');
        if (!is_int($version)) {
            throw Failure::invalid('v', 'must be a number, the protocol version');
        }
        if ($version !== Companion::PROTOCOL) {
            throw Failure::unsupported('v', 'This companion supports only protocol version ' . Companion::PROTOCOL);
        }

        return $request;
    }

    /** @return int size of the JSON text */
    public function bytes(): int
    {
        return $this->bytes;
    }

    /**
     * @return mixed
     */
    public function get(string $name)
    {
        return isset($this->fields->$name) ? $this->fields->$name : null;
    }

    /** A required text. */
    public function text(string $name): string
    {
        $value = $this->get($name);
        if ($value === null || $value === '') {
            throw Failure::invalid($name, 'is required');
        }
        if (!is_string($value)) {
            throw Failure::invalid($name, 'must be text');
        }

        return $value;
    }

    public function flag(string $name): bool
    {
        $value = $this->get($name);
        if ($value !== null && !is_bool($value)) {
            throw Failure::invalid($name, 'must be true or false');
        }

        return $value === true;
    }

    /** @return array fields by name. An absent object is empty. */
    public function object(string $name): array
    {
        $value = $this->get($name);
        if ($value === null) {
            return [];
        }
        if (!$value instanceof \stdClass) {
            throw Failure::invalid($name, 'must be an object');
        }

        return (array) $value;
    }

    /** @return string[] an absent list is empty */
    public function texts(string $name): array
    {
        $value = $this->get($name);
        if ($value === null) {
            return [];
        }
        if (!is_array($value) || count(array_filter($value, 'is_string')) !== count($value)) {
            throw Failure::invalid($name, 'must be a list of texts');
        }

        return $value;
    }

    /** @param bool $named whether the kind's ids are names */
    public function id(string $name = 'id', bool $named = false): string
    {
        $value = $this->get($name);
        if ($named && self::isName($value)) {
            return $value;
        }
        if ($named || !self::isId($value)) {
            throw Failure::invalid(
                $name,
                $named ? 'must be the name of a module' : 'must be an id, a string of digits'
            );
        }

        return (string) (int) $value;
    }

    /** @return string[] */
    public function ids(bool $named = false): array
    {
        $value = $this->get('ids');
        $form = [self::class, $named ? 'isName' : 'isId'];
        if (
            !is_array($value)
            || !$value
            || count($value) > self::MAX_IDS
            || count(array_filter($value, $form)) !== count($value)
        ) {
            throw Failure::invalid(
                'ids',
                'must be a list of 1 to ' . self::MAX_IDS . ($named ? ' names of modules' : ' ids')
            );
        }

        return array_values(array_unique($value));
    }

    public function key(): string
    {
        $value = $this->get('key');
        if (!is_string($value) || !preg_match('/^[A-Za-z0-9_-]{16,64}$/D', $value)) {
            throw Failure::invalid('key', 'must be 16 to 64 characters of A-Z, a-z, 0-9, _ and -');
        }

        return $value;
    }

    /**
     * The id of a kind whose objects have names: a folder, after its type where the kind has several.
     *
     * @param mixed $value
     */
    public static function isName($value): bool
    {
        return is_string($value) && preg_match('#^([a-z]{1,16}/)?[A-Za-z0-9_-]{1,64}$#D', $value) === 1;
    }

    /**
     * @param mixed $value
     */
    public static function isId($value): bool
    {
        return is_string($value) && preg_match('/^[0-9]{1,18}$/D', $value) === 1;
    }
}
