<?php

declare(strict_types=1);

namespace TerraformCompanion;

use WHMCS\Database\Capsule;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The database, and the one place that knows that query results are arrays in Illuminate 5.2 (WHMCS 7) and
 * collections later.
 */
final class Db
{
    private const DUPLICATE = 1062;

    /** The savepoint shows whether the write's transaction is open. */
    private const SAVEPOINT = 'terraform_write';

    private $name;

    public function table(string $name): object
    {
        return Capsule::table($name);
    }

    /** @return array[] rows as arrays */
    public function rows(object $query): array
    {
        $rows = [];
        foreach ($query->get() as $row) {
            $rows[] = (array) $row;
        }

        return $rows;
    }

    /** @return array|null */
    public function row(object $query): ?array
    {
        $rows = $this->rows($query->limit(1));

        return $rows ? $rows[0] : null;
    }

    /** @return array[] */
    public function select(string $sql, array $bindings = []): array
    {
        return array_map(function ($row): array {
            return (array) $row;
        }, Capsule::connection()->select($sql, $bindings));
    }

    public function statement(string $sql, array $bindings = []): bool
    {
        return (bool) Capsule::connection()->statement($sql, $bindings);
    }

    public function raw(string $sql): object
    {
        return Capsule::connection()->raw($sql);
    }

    /**
     * Begins the write's transaction. Inside a transaction that other code left open, a reported success could still
     * be rolled back.
     */
    public function begin(): void
    {
        if (Capsule::connection()->transactionLevel() !== 0) {
            throw new \RuntimeException('another transaction is open on the connection');
        }
        Capsule::connection()->beginTransaction();
        $this->statement('SAVEPOINT ' . self::SAVEPOINT);
    }

    public function commit(): void
    {
        $this->mustBeInTransaction();
        Capsule::connection()->commit();
    }

    public function mustBeInTransaction(): void
    {
        if (!$this->isInTransaction()) {
            throw new \RuntimeException('other code opened or ended a transaction inside the write');
        }
    }

    /**
     * Whether the write's own transaction is still open. CREATE TABLE commits implicitly, and the framework does not
     * notice.
     */
    public function isInTransaction(): bool
    {
        if (Capsule::connection()->transactionLevel() !== 1) {
            return false;
        }
        try {
            // A savepoint ends with its transaction, also if other code ended the transaction. PDO's own state is not
            // reliable: before PHP 8 it does not notice an implicit commit.
            Capsule::connection()->getPdo()->exec('RELEASE SAVEPOINT ' . self::SAVEPOINT);
            Capsule::connection()->getPdo()->exec('SAVEPOINT ' . self::SAVEPOINT);
        } catch (\PDOException $error) {
            return false;
        }

        return true;
    }

    /**
     * Ends every open transaction, those of other code included.
     *
     * @return bool whether there was one
     */
    public function rollBack(): bool
    {
        $connection = Capsule::connection();
        $level = $connection->transactionLevel();
        for ($left = $level; $left > 0 && $connection->transactionLevel() > 0; $left--) {
            try {
                $connection->rollBack();
            } catch (\PDOException $error) {
                // The server has no open transaction, but the framework still counts one. Illuminate before 5.3 lowers
                // its count only in `rollBack` and `commit`. So a new transaction is begun and rolled back.
                $connection->getPdo()->beginTransaction();
                $connection->rollBack();
            }
        }

        return $level > 0;
    }

    public function name(): string
    {
        if ($this->name === null) {
            $this->name = (string) $this->select('SELECT DATABASE() AS name')[0]['name'];
        }

        return $this->name;
    }

    /** Takes a named lock of the server. The name contains the database name, because locks are server-wide. */
    public function lock(string $name, int $seconds): bool
    {
        $rows = $this->select('SELECT GET_LOCK(?, ?) AS taken', [$this->lockName($name), $seconds]);

        return (int) $rows[0]['taken'] === 1;
    }

    public function unlock(string $name): void
    {
        $this->select('SELECT RELEASE_LOCK(?) AS released', [$this->lockName($name)]);
    }

    private function lockName(string $name): string
    {
        return 'terraform_' . substr(hash('sha256', $this->name() . "\0" . $name), 0, 40);
    }

    /**
     * The part of a database error that holds no values: its codes and the column. The text of a query exception
     * holds the bound values. Driver messages can quote values ("Incorrect string value: '\xE4\xBD…'").
     */
    public static function describe(\PDOException $error): string
    {
        $state = isset($error->errorInfo[0]) ? (string) $error->errorInfo[0] : (string) $error->getCode();
        $text = isset($error->errorInfo[2]) ? (string) $error->errorInfo[2] : '';
        $column = preg_match('/(?:column|key) [\'`]([A-Za-z0-9_.`]+)[\'`]/', $text, $match)
            ? ' at ' . str_replace('`', '', $match[1])
            : '';

        return sprintf(
            'SQLSTATE %s, database error %d%s',
            preg_replace('/[^A-Za-z0-9]/', '', $state),
            self::driverCode($error),
            $column
        );
    }

    public static function isDuplicate(\Throwable $error): bool
    {
        return self::driverCode($error) === self::DUPLICATE;
    }

    /** A deadlock or a lock that timed out: the transaction may be run again. */
    public static function isContention(\Throwable $error): bool
    {
        return in_array(self::driverCode($error), [1205, 1213], true);
    }

    private static function driverCode(\Throwable $error): int
    {
        return $error instanceof \PDOException && isset($error->errorInfo[1]) ? (int) $error->errorInfo[1] : 0;
    }
}
