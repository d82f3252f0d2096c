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

    private const DENIED = 1142;

    /** The savepoint shows whether the write's transaction is open. */
    private const SAVEPOINT = 'terraform_write';

    /** The session variables that a transaction changes and restores. */
    private const SESSION = ['autocommit', 'innodb_lock_wait_timeout', 'lock_wait_timeout'];

    /** Maximum number of seconds that a statement inside a transaction waits for a lock of a row or a table. */
    private const LOCK_WAIT_SECONDS = 5;

    /** The connection, or the server, is gone: cannot connect, too many connections, shutdown, gone, lost, killed. */
    private const UNREACHABLE = [1040, 1053, 1927, 2002, 2003, 2005, 2006, 2013, 4031];

    /** The database, or its user, may not write: read-only server, table or transaction. */
    private const READ_ONLY = [1036, 1290, 1792, 1836];

    /** @var string|null */
    private $name;

    /** @var int[]|null values of the session's variables before the transaction */
    private $session;

    /** @var string[] ids of the connections that hold named locks, by name */
    private $locks = [];

    /** @var bool */
    private $isCommitting = false;

    /** @var bool */
    private $isLost = false;

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

    /** @return array[] from the connection that also writes: named locks belong to a connection */
    public function select(string $sql, array $bindings = []): array
    {
        return array_map(function ($row): array {
            return (array) $row;
        }, Capsule::connection()->select($sql, $bindings, false));
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
     * Begins a transaction. Inside a transaction that other code left open, a reported success could still be rolled
     * back.
     */
    public function begin(): void
    {
        $connection = Capsule::connection();
        if ($connection->transactionLevel() !== 0) {
            throw new \RuntimeException('another transaction is open on the connection');
        }
        $this->isCommitting = false;
        $this->isLost = false;
        // It holds for the next transaction. Only at this level do locks keep out rows that are not there yet.
        $connection->unprepared('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
        $connection->beginTransaction();
        // As text the first variable is ON or OFF.
        $numbers = '@@SESSION.' . implode(' + 0, @@SESSION.', self::SESSION) . ' + 0';
        $found = $this->select('SELECT CONNECTION_ID() AS id, ' . $numbers)[0];
        $id = (string) array_shift($found);
        if (array_diff($this->locks, [$id])) {
            // The framework reconnects outside of transactions without notice.
            $this->locks = [];
            throw new TransactionLostError('The connection to the database was replaced, which released its locks');
        }
        $this->session = array_combine(self::SESSION, array_map('intval', $found));
        $wait = self::LOCK_WAIT_SECONDS;
        $this->setSession([
            // InnoDB rolls back the transaction after a deadlock. If other code hides that error, its next statements
            // begin a transaction that is never committed, in place of being committed one by one.
            'autocommit' => 0,
            'innodb_lock_wait_timeout' => min($wait, $this->session['innodb_lock_wait_timeout']),
            'lock_wait_timeout' => min($wait, $this->session['lock_wait_timeout']),
        ]);
        $connection->unprepared('SAVEPOINT ' . self::SAVEPOINT);
    }

    public function commit(): void
    {
        $this->mustBeInTransaction();
        $this->isCommitting = true;
        Capsule::connection()->commit();
        $this->isCommitting = false;
        $this->restoreSession();
    }

    public function mustBeInTransaction(): void
    {
        if (!$this->isInTransaction()) {
            throw new TransactionLostError('Other code ended the transaction of the write, or began one inside it');
        }
    }

    /**
     * Whether the transaction that was begun here is still open. CREATE TABLE commits implicitly, and a deadlock rolls
     * back. The framework notices neither.
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
        } catch (\Throwable $error) {
            return false;
        }

        return true;
    }

    /** Whether the last transaction failed at its commit, so that only the database knows what became of it. */
    public function isCommitting(): bool
    {
        return $this->isCommitting;
    }

    /** Whether the last rollback found the connection lost. */
    public function isLost(): bool
    {
        return $this->isLost;
    }

    /**
     * Ends every open transaction, those of other code included. It never throws: if the connection is lost, the
     * database rolls back.
     *
     * @return bool whether there was one
     */
    public function rollBack(): bool
    {
        $connection = Capsule::connection();
        $wasOpen = $connection->transactionLevel() > 0;
        $this->isLost = false;
        try {
            while ($connection->transactionLevel() > 0) {
                $connection->rollBack();
            }
        } catch (\Throwable $error) {
            // The server has no open transaction, or the connection is lost, and the framework still counts one.
            $this->resetLevel($connection);
        }
        try {
            // Before PHP 8, PDO has its own state. Other code may also have begun a transaction.
            $pdo = $connection->getPdo();
            if ($pdo->inTransaction()) {
                $wasOpen = true;
                $pdo->rollBack();
            }
            $pdo->exec('ROLLBACK');
            $this->restoreSession();
        } catch (\Throwable $error) {
            $this->disconnect();
        }

        return $wasOpen;
    }

    /** Sets the framework's count of open transactions to 0. Illuminate before 5.3 has no other way after an error. */
    private function resetLevel(object $connection): void
    {
        \Closure::bind(static function () use ($connection): void {
            $connection->transactions = 0;
        }, null, \Illuminate\Database\Connection::class)();
    }

    /** Closes the connection, which ends its transaction and releases its locks. The next statement opens another. */
    private function disconnect(): void
    {
        $this->isLost = true;
        $this->session = null;
        $this->locks = [];
        Capsule::connection()->disconnect();
    }

    private function setSession(array $variables): void
    {
        $assignments = array_map(function (string $name, int $value): string {
            return $name . ' = ' . $value;
        }, array_keys($variables), $variables);
        Capsule::connection()->getPdo()->exec('SET SESSION ' . implode(', ', $assignments));
    }

    /** Restores the session for other code. No transaction may be open: to switch on autocommit would commit it. */
    private function restoreSession(): void
    {
        if ($this->session === null) {
            return;
        }
        try {
            $this->setSession($this->session);
            $this->session = null;
        } catch (\Throwable $error) {
            $this->disconnect();
        }
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
        $sql = 'SELECT GET_LOCK(?, ?) AS taken, CONNECTION_ID() AS id';
        $row = $this->select($sql, [$this->lockName($name), $seconds])[0];
        if ((int) $row['taken'] !== 1) {
            return false;
        }
        $this->locks[$name] = (string) $row['id'];

        return true;
    }

    /** Releases a named lock. It never throws: a lost connection has released its locks. */
    public function unlock(string $name): void
    {
        if (!isset($this->locks[$name])) {
            return;
        }
        unset($this->locks[$name]);
        try {
            $this->select('SELECT RELEASE_LOCK(?) AS released', [$this->lockName($name)]);
        } catch (\Throwable $error) {
            $this->disconnect();
        }
    }

    public function unlockAll(): void
    {
        array_map([$this, 'unlock'], array_keys($this->locks));
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

    /** A deadlock, or a wait for a lock of a row or a table that timed out. */
    public static function isContention(\Throwable $error): bool
    {
        return in_array(self::driverCode($error), [1205, 1213], true);
    }

    public static function isUnreachable(\Throwable $error): bool
    {
        return in_array(self::driverCode($error), self::UNREACHABLE, true);
    }

    public static function isReadOnly(\Throwable $error): bool
    {
        return in_array(self::driverCode($error), self::READ_ONLY, true);
    }

    /** Whether the database user lacks the privilege for a statement on a table. */
    public static function isDenied(\Throwable $error): bool
    {
        return self::driverCode($error) === self::DENIED;
    }

    private static function driverCode(\Throwable $error): int
    {
        return $error instanceof \PDOException && isset($error->errorInfo[1]) ? (int) $error->errorInfo[1] : 0;
    }
}
