<?php
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
    public function __construct($word, $message, array $details, $outcome = '')
    {
        parent::__construct($outcome === '' ? $message : $message . '. ' . $outcome);
        $this->word = $word;
        $this->what = $message;
        $this->details = $details;
    }

    /** What failed, without what came of it. */
    public function what()
    {
        return $this->what;
    }

    /** The same failure of a request of which something else came. */
    public function withOutcome($outcome)
    {
        return new self($this->word, $this->what, $this->details, $outcome);
    }

    public function code()
    {
        return $this->word;
    }

    public function details()
    {
        return $this->details;
    }

    public static function invalid($field, $message)
    {
        return self::errors('invalid', [['field' => $field, 'message' => $message]]);
    }

    public static function unsupported($field, $message)
    {
        return self::errors('unsupported', [['field' => $field, 'message' => $message]]);
    }

    /** @param array $errors list of field and message */
    public static function errors($code, array $errors)
    {
        $parts = [];
        foreach ($errors as $error) {
            $parts[] = ($error['field'] === '' ? '' : $error['field'] . ': ') . $error['message'];
        }

        return new self($code, implode('; ', $parts), ['errors' => $errors]);
    }

    public static function notFound($kind, $id)
    {
        return new self('not_found', sprintf('There is no %s with id %s', $kind, $id), ['kind' => $kind, 'id' => (string) $id]);
    }

    /** @param array $fields list of field, expected and actual */
    public static function conflict(array $fields)
    {
        $names = array_map(function ($field) {
            return $field['field'];
        }, $fields);

        return new self('conflict', 'What is stored is not what was expected: ' . implode(', ', $names), ['fields' => $fields]);
    }

    /** @param array $references list of kind and count */
    public static function inUse($what, array $references)
    {
        $parts = array_map(function ($reference) {
            return $reference['count'] . ' ' . str_replace('_', ' ', $reference['kind']);
        }, $references);

        return new self('in_use', $what . ' is in use by ' . implode(', ', $parts), ['references' => $references]);
    }

    public static function exists($kind, $id, array $key)
    {
        return new self(
            'exists',
            sprintf('A %s with this %s exists already, with id %s', $kind, implode(' and ', array_keys($key)), $id),
            ['kind' => $kind, 'id' => (string) $id, 'key' => $key]
        );
    }

    /** @param string $brake name of the entry in companion.local.php */
    public static function readOnly($brake, $message)
    {
        return new self('read_only', $message, ['reason' => $brake]);
    }
}
