<?php

/**
 * Checks that every PHP file below the given folders has strict types. Every function must state the types of its
 * parameters and of its result. PHP 7.2 has no `mixed` and no union types. There, the doc comment has `mixed` or the
 * union, at the function or at a method of the same name in another class. Without an argument it checks itself.
 */

declare(strict_types=1);

use PhpParser\Node;
use PhpParser\Node\Expr;
use PhpParser\Node\Stmt;

require '/usr/share/php/PhpParser/autoload.php';

final class TypeCheck
{
    /**
     * The types in files that define one of these classes are not checked. The classes override methods of a library
     * without types.
     */
    private const UNTYPED_BASE = ['ArrayBuilder', 'ArrayConnection'];

    /** Untyped parameters of closures, which hold anything. */
    private const ANYTHING = [
        'value', 'item', 'row', 'cycles', 'permitted', 'default', 'curl', 'pdo', 'prefix', 'config', 'name',
    ];

    private $parser;

    private $finder;

    /** @var array[] syntax tree by path */
    private $trees = [];

    /** @var bool[] by `method:parameter` or `method:return`, where a doc comment says mixed or a union */
    private $documented = [];

    public function __construct()
    {
        $this->parser = (new PhpParser\ParserFactory())->create(PhpParser\ParserFactory::ONLY_PHP7);
        $this->finder = new PhpParser\NodeFinder();
    }

    public function add(string $path, string $source): void
    {
        $this->trees[$path] = $this->parser->parse($source);
        foreach ($this->finder->findInstanceOf($this->trees[$path], Node\FunctionLike::class) as $function) {
            $this->document($function);
        }
    }

    private function document(Node $function): void
    {
        $comment = (string) $function->getDocComment();
        $type = '(mixed|\S+\|\S+)';
        if (preg_match_all('/@param\s+' . $type . '\s+\$(\w+)/', $comment, $matches)) {
            foreach ($matches[2] as $parameter) {
                $this->documented[$this->name($function) . ':' . $parameter] = true;
            }
        }
        if (preg_match('/@return\s+' . $type . '/', $comment)) {
            $this->documented[$this->name($function) . ':return'] = true;
        }
    }

    /** @return string[] what is wrong, and where */
    public function problems(): array
    {
        $problems = [];
        foreach ($this->trees as $path => $tree) {
            if (!$this->isStrict($tree)) {
                $problems[] = $path . ': no declare(strict_types=1)';
            }
            foreach ($this->finder->findInstanceOf($tree, Stmt\ClassLike::class) as $class) {
                if (in_array((string) $class->name, self::UNTYPED_BASE, true)) {
                    continue 2;
                }
            }
            foreach ($this->finder->findInstanceOf($tree, Node\FunctionLike::class) as $function) {
                foreach ($this->untyped($function) as $what) {
                    $where = $path . ':' . $function->getStartLine();
                    $problems[] = $where . ': ' . $this->name($function) . '() ' . $what;
                }
            }
        }

        return $problems;
    }

    private function isStrict(array $tree): bool
    {
        $first = $tree ? $tree[0] : null;

        return $first instanceof Stmt\Declare_
            && (string) $first->declares[0]->key === 'strict_types'
            && $first->declares[0]->value instanceof Node\Scalar\LNumber
            && $first->declares[0]->value->value === 1;
    }

    /** @return string[] */
    private function untyped(Node $function): array
    {
        $name = $this->name($function);
        $isClosure = $function instanceof Expr\Closure;
        $missing = [];
        foreach ($function->getParams() as $parameter) {
            $known = $isClosure
                ? in_array($parameter->var->name, self::ANYTHING, true)
                : isset($this->documented[$name . ':' . $parameter->var->name]);
            if ($parameter->type === null && !$known) {
                $missing[] = 'has no type for $' . $parameter->var->name;
            }
        }
        $needsNone = in_array($name, ['__construct', '__destruct'], true)
            || ($isClosure && $this->returnsValue($function));
        if ($function->getReturnType() === null && !$needsNone && !isset($this->documented[$name . ':return'])) {
            $missing[] = 'has no type for its result';
        }

        return $missing;
    }

    /** A closure may return anything. One without a result says `void`. */
    private function returnsValue(Node $closure): bool
    {
        return $this->finder->findFirst($closure->getStmts(), function (Node $node): bool {
            return $node instanceof Stmt\Return_ && $node->expr !== null;
        }) !== null;
    }

    private function name(Node $function): string
    {
        return isset($function->name) ? (string) $function->name : '{closure}';
    }
}

/** Code with findings, and code without. */
const SAMPLES = [
    'declare(strict_types=1); function f(int $a): void {}' => false,
    'declare(strict_types=1); /** @param mixed $a */ function f($a): void {}' => false,
    'declare(strict_types=1); class A { /** @return int|string */ function f() {} } class B { function f() {} }'
        => false,
    'declare(strict_types=1); $f = function (int $a) { return $a; };' => false,
    'function f(int $a): void {}' => true,
    'declare(strict_types=1); function f($a): void {}' => true,
    'declare(strict_types=1); function f(int $a) {}' => true,
    'declare(strict_types=1); class A { public function f(int $a) { return $a; } }' => true,
    'declare(strict_types=1); $f = function ($a): int { return 1; };' => true,
    'declare(strict_types=1); $f = function (int $a) {};' => true,
];

if ($argc < 2) {
    foreach (SAMPLES as $sample => $isWrong) {
        $check = new TypeCheck();
        $check->add('sample', "<?php\n" . $sample);
        if ((bool) $check->problems() !== $isWrong) {
            fwrite(STDERR, ($isWrong ? 'not found: ' : 'found without reason: ') . $sample . "\n");
            exit(1);
        }
    }
    exit(0);
}
$check = new TypeCheck();
foreach (array_slice($argv, 1) as $folder) {
    $files = new RecursiveDirectoryIterator($folder, FilesystemIterator::SKIP_DOTS);
    foreach (new RecursiveIteratorIterator($files) as $file) {
        if (substr($file->getFilename(), -4) === '.php') {
            $check->add($file->getPathname(), file_get_contents($file->getPathname()));
        }
    }
}
$problems = $check->problems();
foreach ($problems as $problem) {
    fwrite(STDERR, $problem . "\n");
}
exit($problems ? 1 : 0);
