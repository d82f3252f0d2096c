<?php

declare(strict_types=1);

namespace TerraformCompanion\SolusVm2;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The Smarty tags that a landing page may have. Smarty compiles a template to PHP: a modifier can be any PHP function,
 * and other tags read files. Only tags that can do neither are accepted.
 */
final class TemplateText
{
    /** The accepted tags, for messages. */
    private const ACCEPTED = '{$name}, {$name.key|escape}, {if}, {elseif}, {else}, {foreach}, {foreachelse}, '
        . '{lang key="name"}, {literal}, {strip}, {ldelim}, {rdelim} and comments';

    /** Longer tags are refused. */
    private const MAX_TAG = 1000;

    /** A variable. $smarty is excluded, because it reads files, constants and the request. */
    private const VARIABLE = '\$(?!(?i:smarty)\b)[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*';

    /** Text in which nothing is evaluated, or a number. */
    private const LITERAL = '(?:\'[^\'\\\\{}$`]*\'|"[^"\\\\{}$`]*"|[0-9]+(?:\.[0-9]+)?)';

    private const MODIFIERS = 'capitalize|default|escape|lower|nl2br|strip_tags|truncate|upper';

    private const OPERATORS = '\s*(?:[=!]==?|[<>]=?|&&|\|\|)\s*|\s+(?:and|or|eq|neq|ne|gte|gt|ge|lte|lt|le)\s+';

    /** @return string|null the first tag that is not accepted, and where it is */
    public static function problem(string $text): ?string
    {
        $phpTag = strpos($text, '<?');
        if ($phpTag !== false) {
            return self::refusal($text, $phpTag, $phpTag + 2);
        }
        $at = 0;
        while (($at = strpos($text, '{', $at)) !== false) {
            $end = self::end($text, $at);
            if ($end === null) {
                return self::refusal($text, $at, $at + self::MAX_TAG);
            }
            $at = $end;
        }

        return null;
    }

    /** @return int|null where the tag that begins at a brace ends, null if it is not accepted */
    private static function end(string $text, int $at): ?int
    {
        if (strspn($text, " \t\r\n", $at + 1, 1) === 1) {
            // Smarty takes a brace before white space for text.
            return $at + 1;
        }
        $end = strpos($text, '}', $at);
        if ($end === false) {
            return null;
        }
        $tag = substr($text, $at + 1, $end - $at - 1);
        if ($tag !== '' && $tag[0] === '*') {
            // A comment ends at the first *}. It must hold no brace, so that it ends there for Smarty too.
            return substr($tag, -1) === '*' && strlen($tag) > 1 && strpos($tag, '{') === false ? $end + 1 : null;
        }
        if ($tag === 'literal') {
            return self::endOfLiteral($text, $end + 1);
        }

        return strlen($tag) <= self::MAX_TAG && preg_match(self::tags(), $tag) === 1 ? $end + 1 : null;
    }

    private static function endOfLiteral(string $text, int $at): ?int
    {
        $close = '{/literal}';
        // The first brace before this word must be the end: Smarty counts nested ones, and accepts white space there.
        if (!preg_match('#\{\s*+(?:/\s*+)?literal#', $text, $found, PREG_OFFSET_CAPTURE, $at)) {
            return null;
        }
        $end = $found[0][1];

        return substr($text, $end, strlen($close)) === $close ? $end + strlen($close) : null;
    }

    private static function tags(): string
    {
        $variable = self::VARIABLE;
        $value = "(?:$variable|" . self::LITERAL . ')';
        $modified = "$variable(?:\\|(?:" . self::MODIFIERS . ")(?::$value)*)*";
        $term = "(?:!\\s*|not\\s+)?(?:$modified|" . self::LITERAL . "|true|false|null|(?:isset|empty)\\($variable\\))";
        $name = '(?!(?i:smarty)\b)[A-Za-z_][A-Za-z0-9_]*';
        $tags = [
            $modified,
            "(?:else)?if\\s+$term(?:(?:" . self::OPERATORS . ")$term)*",
            "foreach\\s+$variable\\s+as\\s+(?:\\\$$name\\s*=>\\s*)?\\\$$name",
            'lang\s+key=' . self::LITERAL,
            'else|foreachelse|ldelim|rdelim|strip|/strip|/if|/foreach',
        ];

        return '#^(?:' . implode('|', $tags) . ')\s*$#D';
    }

    private static function refusal(string $text, int $from, int $to): string
    {
        $tag = substr($text, $from, min($to - $from, 40));
        $end = strpos($tag, '}');

        return sprintf(
            'contains on line %d a tag that is not accepted: %s. Accepted: %s. Write JavaScript and styles between '
                . '{literal} and {/literal}',
            substr_count($text, "\n", 0, $from) + 1,
            mb_convert_encoding($end === false ? $tag : substr($tag, 0, $end + 1), 'UTF-8', 'UTF-8'),
            self::ACCEPTED
        );
    }
}
