<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Reads the declared options of a server module from the text of its file, without running the file. The declaration
 * must be complete in the file: one function that only returns a literal array. Every option must be an array with a
 * literal type. Any other form, such as a declaration in another file, gives no result.
 */
final class ModuleFile
{
    /** A larger file is not read, because its tokens would need too much memory. */
    private const MAX_BYTES = 131072;

    private const OPENING = ['(', '[', '{'];

    private const CLOSING = [')', ']', '}'];

    /** @var string[] the tokens of the file, without comments and white space */
    private $tokens;

    private function __construct(string $text)
    {
        $this->tokens = [];
        foreach (token_get_all($text) as $token) {
            $isArray = is_array($token);
            if ($isArray && in_array($token[0], [T_WHITESPACE, T_COMMENT, T_DOC_COMMENT], true)) {
                continue;
            }
            // Parts of a text are not code. `{$a}` and `${a}` inside a text close with an ordinary brace.
            $isText = $isArray && in_array($token[0], [T_ENCAPSED_AND_WHITESPACE, T_INLINE_HTML], true);
            $code = $isArray ? $token[1] : $token;
            $this->tokens[] = $isText ? '""' : ($code === '${' ? '{' : $code);
        }
    }

    /**
     * @return array[]|null number, name, label, type, default and fixed (whether the whole option is literal) of each
     * option. Null if the text does not show all of them.
     */
    public static function options(string $path, string $function): ?array
    {
        if (!function_exists('token_get_all') || filesize($path) > self::MAX_BYTES) {
            return null;
        }
        $file = new self((string) file_get_contents($path));
        $body = $file->body($function);
        $returned = $body === null ? null : self::returned($body);
        $options = $returned === null ? null : self::elements($returned);
        if ($options === null || !self::hasDistinctKeys($options)) {
            return null;
        }
        $found = [];
        foreach ($options as $index => $option) {
            $members = self::members($option['value']);
            if ($members === null || !isset($members['type'])) {
                return null;
            }
            $label = isset($members['friendlyname']) ? $members['friendlyname'] : '';
            $found[] = [
                'number' => $index + 1,
                'name' => $option['key'] === null ? $label : self::text($option['key']),
                'label' => $label,
                'type' => strtolower(trim($members['type'])),
                'default' => isset($members['default']) ? $members['default'] : '',
                'fixed' => self::isLiteral($option['value']),
            ];
        }

        return $found;
    }

    /** @return string[]|null the tokens between the braces of the only function of this name */
    private function body(string $function): ?array
    {
        $depth = 0;
        $start = null;
        foreach ($this->tokens as $at => $token) {
            if (in_array(strtolower($token), ['namespace', 'endif'], true)) {
                return null;
            }
            $depth += $token === '{' ? 1 : ($token === '}' ? -1 : 0);
            $isNamed = isset($this->tokens[$at + 1]) && strcasecmp($this->tokens[$at + 1], $function) === 0;
            if (strtolower($token) === 'function' && $isNamed) {
                if ($start !== null || $depth !== 0) {
                    return null;
                }
                $start = $at;
            }
        }
        if ($start === null) {
            return null;
        }
        $brace = array_search('{', array_slice($this->tokens, $start), true);

        return $brace === false ? null : self::inside($this->tokens, $start + $brace);
    }

    /**
     * @param string[] $body `return array;` or `$name = array; return $name;` with a literal array
     * @return string[]|null the tokens between the brackets of the array that a function returns
     */
    private static function returned(array $body): ?array
    {
        $isVariable = isset($body[1]) && $body[0][0] === '$' && $body[1] === '=';
        $start = $isVariable ? 2 : 1;
        $array = $body && ($isVariable || strtolower($body[0]) === 'return') ? self::literal($body, $start) : null;
        if ($array === null) {
            return null;
        }
        $end = $start + count($array) + (strtolower($body[$start]) === 'array' ? 3 : 2);
        $rest = array_map('strtolower', array_slice($body, $end));

        return $rest === ($isVariable ? [';', 'return', strtolower($body[0]), ';'] : [';']) ? $array : null;
    }

    /** @return string[]|null the tokens between the brackets of an array that begins and ends the expression there */
    private static function literal(array $tokens, int $at): ?array
    {
        $isLong = isset($tokens[$at]) && strtolower($tokens[$at]) === 'array';
        $at += $isLong ? 1 : 0;
        $opens = isset($tokens[$at]) && $tokens[$at] === ($isLong ? '(' : '[');
        $inside = $opens ? self::inside($tokens, $at) : null;
        if ($inside === null) {
            return null;
        }
        $after = $at + count($inside) + 2;

        return !isset($tokens[$after]) || $tokens[$after] === ';' ? $inside : null;
    }

    /** @return string[]|null the tokens between a bracket and the one that closes it */
    private static function inside(array $tokens, int $at): ?array
    {
        $depth = 0;
        for ($end = $at; $end < count($tokens); $end++) {
            $depth += in_array($tokens[$end], self::OPENING, true) ? 1 : 0;
            $depth -= in_array($tokens[$end], self::CLOSING, true) ? 1 : 0;
            if ($depth === 0) {
                return array_slice($tokens, $at + 1, $end - $at - 1);
            }
        }

        return null;
    }

    /** @return array[]|null key (null if there is none) and value, as tokens, of each element of an array */
    private static function elements(array $tokens): ?array
    {
        $elements = [];
        $key = null;
        $value = [];
        $depth = 0;
        foreach (array_merge($tokens, [',']) as $token) {
            if ($depth === 0 && $token === ',') {
                if ($value) {
                    $elements[] = ['key' => $key, 'value' => $value];
                }
                list($key, $value) = [null, []];
                continue;
            }
            if ($depth === 0 && $token === '=>') {
                if ($key !== null) {
                    return null;
                }
                list($key, $value) = [$value, []];
                continue;
            }
            if ($depth === 0 && $token === '...') {
                return null;
            }
            $depth += in_array($token, self::OPENING, true) ? 1 : 0;
            $depth -= in_array($token, self::CLOSING, true) ? 1 : 0;
            $value[] = $token;
        }

        return $elements;
    }

    /** Equal keys are one option, which moves the numbers of those behind it. */
    private static function hasDistinctKeys(array $options): bool
    {
        $keys = [];
        foreach ($options as $option) {
            $key = $option['key'] === null ? null : self::text($option['key']);
            if ($option['key'] !== null && ($key === null || is_numeric($key))) {
                return false;
            }
            $keys[] = $key;
        }
        $named = array_filter($keys, 'is_string');

        return !$named || count(array_unique($named)) === count($keys);
    }

    /** @return string[]|null the literal texts, by name in lower case. Null if a name is not literal. */
    private static function members(array $tokens): ?array
    {
        $literal = self::literal($tokens, 0);
        $members = $literal === null ? null : self::elements($literal);
        $texts = [];
        $names = [];
        foreach ($members === null ? [] : $members as $member) {
            $name = $member['key'] === null ? null : self::text($member['key']);
            if ($name === null || in_array(strtolower($name), $names, true)) {
                return null;
            }
            $names[] = strtolower($name);
            $text = self::text($member['value']);
            if ($text !== null) {
                $texts[strtolower($name)] = $text;
            }
        }

        return $texts;
    }

    /** Whether the tokens hold nothing that PHP evaluates, such as a variable or a call. */
    private static function isLiteral(array $tokens): bool
    {
        foreach ($tokens as $token) {
            $isLiteral = self::text([$token]) !== null
                || preg_match('/^(-|=>|,|[\[\]()]|[0-9.]+|array|true|false|null)$/iD', $token) === 1;
            if (!$isLiteral) {
                return false;
            }
        }

        return true;
    }

    /** @return string|null the text that the tokens are, if they are one literal text without anything to replace */
    private static function text(array $tokens): ?string
    {
        if (count($tokens) !== 1 || !preg_match('/^([\'"])([^\'"\\\\$]*)\1$/D', $tokens[0], $match)) {
            return null;
        }

        return $match[2];
    }
}
