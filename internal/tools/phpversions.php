<?php

/**
 * Checks that PHP files run on every PHP from 7.2 to 8.3, the versions of WHMCS 7.8 to 9.0. `make lint` calls it with
 * the companion's folder. Without an argument it checks itself.
 *
 * A parser (nikic/php-parser, Debian: php-parser) reads the files. No available parser is limited to PHP 7.2, so the
 * check searches the tree for newer constructs. Constructs that PHP 8 removed do not parse. Removed functions do not
 * exist in the PHP that runs this.
 */

declare(strict_types=1);

use PhpParser\Node;
use PhpParser\Node\Expr;
use PhpParser\Node\Stmt;

require '/usr/share/php/PhpParser/autoload.php';

/** Functions, classes and constants that 7.2 lacks, up to 8.4. */
const NEWER = [
    'array_all', 'array_any', 'array_find', 'array_find_key', 'array_is_list', 'array_key_first', 'array_key_last',
    'curl_upkeep', 'enum_exists', 'fdatasync', 'fdiv', 'fsync', 'gc_status',
    'get_debug_type', 'get_mangled_object_vars', 'get_resource_id', 'hrtime', 'http_clear_last_response_headers',
    'http_get_last_response_headers', 'ini_parse_quantity', 'is_countable',
    'json_validate', 'mb_lcfirst', 'mb_ltrim', 'mb_rtrim', 'mb_str_pad', 'mb_str_split', 'mb_trim', 'mb_ucfirst',
    'memory_reset_peak_usage', 'mysqli_execute_query', 'net_get_interfaces',
    'openssl_cipher_key_length', 'openssl_cms_decrypt', 'openssl_cms_encrypt', 'openssl_cms_sign',
    'openssl_cms_verify', 'openssl_x509_verify', 'password_algos', 'pcntl_rfork', 'pcntl_unshare', 'posix_eaccess',
    'preg_last_error_msg', 'request_parse_body', 'str_contains', 'str_decrement', 'str_ends_with', 'str_increment',
    'str_starts_with', 'stream_context_set_options',
    'attribute', 'compileerror', 'jsonexception', 'random\engine', 'random\randomizer', 'returntypewillchange',
    'sensitiveparameter', 'stringable', 'unhandledmatcherror', 'valueerror', 'weakmap', 'weakreference',
    'filter_validate_bool', 'json_throw_on_error', 'password_argon2id', 'php_float_nan',
];

/** Functions whose default flags are others since 8.1: they must be given. Number of the argument. */
const FLAGS = ['htmlspecialchars' => 2, 'htmlspecialchars_decode' => 2, 'htmlentities' => 2, 'html_entity_decode' => 2];

/** Functions that take no argument at all only since 7.4, which a spread of an empty list is. */
const NEEDS_ONE = [
    'array_merge', 'array_merge_recursive', 'array_diff', 'array_intersect', 'array_intersect_key', 'array_diff_key',
];

/** Functions of WHMCS. */
const WHMCS = ['localapi', 'run_hook', 'logactivity', 'encrypt', 'decrypt', 'add_hook'];

/** An example of each construct. Each must be found. */
const SAMPLES = [
    'array_key_first($a);', '\str_contains($a, "b");', 'json_decode($a, true, 9, JSON_THROW_ON_ERROR);',
    'try {} catch (\JsonException $e) {}', 'f($a,);', '$a->f($b,);', 'new A($b,);',
    '$f = fn($a) => $a;', '$a ??= 1;', 'class A { private int $b; }', '$a = [...$b];', '[&$a] = $b;', '$a = 1_000;',
    "\$a = <<<A\n  x\n  A;", '$a?->b;', '$a?->b();', '$a = match ($b) { 1 => 2 };',
    'function f(int|string $a) {}', 'function f(mixed $a) {}', 'function f(): static {}', 'function f(): never {}',
    'class A { public function __construct(private $a) {} }', 'f(a: 1);', '#[A] function f() {}',
    'try {} catch (E) {}', '$a = $b ?: throw new E();', 'enum A { case B; }', '$f = strlen(...);',
    'class A { public readonly int $b; }', 'function f($a, $b,) {}', '$a::class;', '$a{0};', '(real) $a;',
    'array_merge(...$a);', 'htmlspecialchars($a);', 'create_function("", "");', 'class A { final const B = 1; }',
    'function f($a = new B()) {}', '0o17;', 'function f(): null {}', 'no_such_function();',
];

/** Code that every version accepts. Nothing may be found. */
const SOUND = [
    "\$a = [\n1,\n2,\n];", 'strlen($a); localAPI("x");', 'htmlspecialchars($a, ENT_QUOTES);',
    'array_merge($a, ...$b);', '$a[0]; $a[$b[0]];', '$b = ["x" => &$a];', 'A::B; A::class; (float) $a; 017; 1.5;',
    'function f(?array $a = null): ?A {}', "\$a = <<<A\nx\nA;", '[$a, $b] = $c; list(, $a) = $c;',
    'foreach ($a as &$b) {}', 'try {} catch (\RuntimeException $e) {}', 'class A { private $b; const C = 1; }',
];

final class VersionCheck
{
    private $lexer;

    private $parser;

    public function __construct()
    {
        $this->lexer = new PhpParser\Lexer\Emulative(['usedAttributes' => [
            'startLine', 'startTokenPos', 'endTokenPos', 'startFilePos', 'endFilePos',
        ]]);
        $this->parser = (new PhpParser\ParserFactory())->create(PhpParser\ParserFactory::ONLY_PHP7, $this->lexer);
    }

    /** @return string[] what is wrong */
    public function problems(string $source): array
    {
        try {
            $tree = $this->parser->parse($source);
        } catch (PhpParser\Error $error) {
            return [$error->getMessage()];
        }
        $problems = [];
        $tokens = $this->lexer->getTokens();
        $finder = new PhpParser\NodeFinder();
        foreach ($finder->findInstanceOf($tree, Node::class) as $node) {
            $problem = $this->problem($node, $source, $tokens);
            if ($problem !== null) {
                $problems[] = $problem . ' on line ' . $node->getStartLine();
            }
        }

        return $problems;
    }

    private function problem(Node $node, string $source, array $tokens): ?string
    {
        $names = [
            Expr\ArrowFunction::class => 'arrow function (7.4)', Expr\AssignOp\Coalesce::class => '??= (7.4)',
            Expr\Match_::class => 'match (8.0)', Expr\NullsafeMethodCall::class => '?-> (8.0)',
            Expr\NullsafePropertyFetch::class => '?-> (8.0)', Expr\Throw_::class => 'throw as an expression (8.0)',
            Stmt\Enum_::class => 'enum (8.1)', Node\UnionType::class => 'union type (8.0)',
            Node\IntersectionType::class => 'intersection type (8.1)',
            Node\AttributeGroup::class => 'attribute (8.0)',
            Node\VariadicPlaceholder::class => 'first-class callable (8.1)',
        ];
        if (isset($names[get_class($node)])) {
            return $names[get_class($node)];
        }
        if ($node instanceof Stmt\Property && $node->type !== null) {
            return 'typed property (7.4)';
        }
        if ($node instanceof Node\Param && $node->flags !== 0) {
            return 'constructor promotion (8.0)';
        }
        if ($node instanceof Node\Param && $node->default instanceof Expr\New_) {
            return 'new in a default (8.1)';
        }
        if ($node instanceof Node\Arg && $node->name !== null) {
            return 'named argument (8.0)';
        }
        if ($node instanceof Expr\ArrayItem && $node->unpack) {
            return 'spread in an array (7.4)';
        }
        $target = $node instanceof Expr\Assign ? $node->var : ($node instanceof Stmt\Foreach_ ? $node->valueVar : null);
        if ($target instanceof Expr\Array_ || $target instanceof Expr\List_) {
            foreach (array_filter($target->items) as $item) {
                if ($item->byRef) {
                    return 'reference in a list (7.3)';
                }
            }
        }
        if ($node instanceof Stmt\Catch_ && $node->var === null) {
            return 'catch without a variable (8.0)';
        }
        if ($node instanceof Stmt\ClassConst && ($node->flags & Stmt\Class_::MODIFIER_FINAL)) {
            return 'final constant (8.1)';
        }
        if ($node instanceof Expr\ClassConstFetch && !$node->class instanceof Node\Name) {
            return 'constant of an expression (8.0)';
        }
        if ($node instanceof Expr\ArrayDimFetch && $source[$node->getAttribute('endFilePos')] === '}') {
            return 'offset in curly brackets (removed in 8.0)';
        }
        if (
            $node instanceof Expr\Cast\Double
            && stripos(substr($source, $node->getAttribute('startFilePos'), 6), '(real)') === 0
        ) {
            return '(real) (removed in 8.0)';
        }
        if ($node instanceof Node\Scalar\LNumber || $node instanceof Node\Scalar\DNumber) {
            $text = substr(
                $source,
                $node->getAttribute('startFilePos'),
                $node->getAttribute('endFilePos') - $node->getAttribute('startFilePos') + 1
            );

            return strpos($text, '_') !== false || stripos($text, '0o') === 0 ? "number $text (7.4 or 8.1)" : null;
        }
        if ($node->getAttribute('docIndentation', '') !== '') {
            return 'indented end of a heredoc (7.3)';
        }
        if (
            $node instanceof Node\FunctionLike
            && in_array(
                strtolower($this->typeName($node->getReturnType())),
                ['static', 'never', 'mixed', 'null', 'false', 'true'],
                true
            )
        ) {
            return 'return type ' . $this->typeName($node->getReturnType()) . ' (8.0 or later)';
        }
        if (
            $node instanceof Node\Param
            && in_array(strtolower($this->typeName($node->type)), ['mixed', 'null', 'false', 'true'], true)
        ) {
            return 'parameter type ' . $this->typeName($node->type) . ' (8.0 or later)';
        }
        if ($this->hasTrailingComma($node, $tokens)) {
            return 'comma before the closing bracket (7.3 or 8.0)';
        }

        return $this->nameProblem($node);
    }

    /**
     * @param mixed $type
     */
    private function typeName($type): string
    {
        return $type instanceof Node\Identifier || $type instanceof Node\Name ? $type->toString() : '';
    }

    /** A comma between the last argument or parameter and the closing bracket. */
    private function hasTrailingComma(Node $node, array $tokens): bool
    {
        $list = $node instanceof Expr\CallLike
            ? $node->getRawArgs()
            : ($node instanceof Node\FunctionLike ? $node->getParams() : []);
        if (!$list || end($list)->getAttribute('endTokenPos') === null) {
            return false;
        }
        for ($at = end($list)->getAttribute('endTokenPos') + 1; isset($tokens[$at]); $at++) {
            if (!is_array($tokens[$at])) {
                return $tokens[$at] === ',';
            }
        }

        return false;
    }

    private function nameProblem(Node $node): ?string
    {
        $name = null;
        if ($node instanceof Expr\FuncCall && $node->name instanceof Node\Name) {
            $name = strtolower($node->name->toString());
            if (isset(FLAGS[$name]) && count($node->args) < FLAGS[$name]) {
                return "$name without its flags (others since 8.1)";
            }
            if (
                in_array($name, NEEDS_ONE, true)
                && count($node->args) === 1
                && $node->args[0] instanceof Node\Arg
                && $node->args[0]->unpack
            ) {
                return "$name of a list that may be empty (7.4)";
            }
            if (!in_array($name, NEWER, true) && !in_array($name, WHMCS, true) && !function_exists($name)) {
                return "no function $name";
            }
        } elseif ($node instanceof Node\Name) {
            $name = strtolower($node->toString());
        }

        return $name !== null && in_array($name, NEWER, true) ? "$name (newer than 7.2)" : null;
    }
}

$check = new VersionCheck();
$failed = false;
if ($argc < 2) {
    foreach (SAMPLES as $sample) {
        if (!$check->problems("<?php\n" . $sample)) {
            fwrite(STDERR, "not found: $sample\n");
            $failed = true;
        }
    }
    foreach (SOUND as $sample) {
        foreach ($check->problems("<?php\n" . $sample) as $problem) {
            fwrite(STDERR, "found without reason: $problem in $sample\n");
            $failed = true;
        }
    }
    exit($failed ? 1 : 0);
}
$count = 0;
foreach (
    new RecursiveIteratorIterator(new RecursiveDirectoryIterator(
        $argv[1],
        FilesystemIterator::SKIP_DOTS
    )) as $file
) {
    // companion.local.php.dist is PHP too.
    if (!preg_match('/\.php(\.dist)?$/', $file->getFilename())) {
        continue;
    }
    $count++;
    foreach ($check->problems(file_get_contents($file->getPathname())) as $problem) {
        fwrite(STDERR, $file->getPathname() . ": $problem\n");
        $failed = true;
    }
}
if ($count === 0) {
    fwrite(STDERR, "no PHP file below {$argv[1]}\n");
    $failed = true;
}
exit($failed ? 1 : 0);
