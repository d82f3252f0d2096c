<?php
namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

use WHMCS\Database\Capsule;

/**
 * The database, and the one place that knows that query results are arrays in Illuminate 5.2 (WHMCS 7) and collections later.
 */
final class Db
{
    const DUPLICATE = 1062;

    /** The savepoint that tells whether a write's own transaction is still open. */
    const MARK = 'terraform_write';

    private $name;

    public function table($name)
    {
        return Capsule::table($name);
    }

    /** @return array[] rows as arrays */
    public function rows($query)
    {
        $rows = [];
        foreach ($query->get() as $row) {
            $rows[] = (array) $row;
        }

        return $rows;
    }

    /** @return array|null */
    public function row($query)
    {
        $rows = $this->rows($query->limit(1));

        return $rows ? $rows[0] : null;
    }

    /** @return array[] */
    public function select($sql, array $bindings = [])
    {
        return array_map(function ($row) {
            return (array) $row;
        }, Capsule::connection()->select($sql, $bindings));
    }

    public function statement($sql, array $bindings = [])
    {
        return Capsule::connection()->statement($sql, $bindings);
    }

    public function raw($sql)
    {
        return Capsule::connection()->raw($sql);
    }

    /** A transaction inside one that somebody else left open would be rolled back with it, after its success was reported. */
    public function begin()
    {
        if (Capsule::connection()->transactionLevel() !== 0) {
            throw new \RuntimeException('another transaction is open on the connection');
        }
        Capsule::connection()->beginTransaction();
        $this->statement('SAVEPOINT ' . self::MARK);
    }

    public function commit()
    {
        $this->mustBeInTransaction();
        Capsule::connection()->commit();
    }

    public function mustBeInTransaction()
    {
        if (!$this->isInTransaction()) {
            throw new \RuntimeException('other code opened or ended a transaction inside the write');
        }
    }

    /** Whether the write's own transaction is still the one that is open: a statement such as CREATE TABLE ends it unseen. */
    public function isInTransaction()
    {
        if (Capsule::connection()->transactionLevel() !== 1) {
            return false;
        }
        try {
            // A savepoint goes with its transaction, whoever ended that. PDO's own word cannot be relied on: before PHP 8 it does not notice.
            Capsule::connection()->getPdo()->exec('RELEASE SAVEPOINT ' . self::MARK);
            Capsule::connection()->getPdo()->exec('SAVEPOINT ' . self::MARK);
        } catch (\PDOException $error) {
            return false;
        }

        return true;
    }

    /** Ends every open transaction, those of other code included. @return bool whether there was one */
    public function rollBack()
    {
        $connection = Capsule::connection();
        $level = $connection->transactionLevel();
        for ($left = $level; $left > 0 && $connection->transactionLevel() > 0; $left--) {
            try {
                $connection->rollBack();
            } catch (\PDOException $error) {
                // Nothing is open that the server could roll back; the framework's count is what is left. It goes down with a transaction
                // of its own: the frameworks before 5.3 allow no other way.
                $connection->getPdo()->beginTransaction();
                $connection->rollBack();
            }
        }

        return $level > 0;
    }

    public function name()
    {
        if ($this->name === null) {
            $this->name = (string) $this->select('SELECT DATABASE() AS name')[0]['name'];
        }

        return $this->name;
    }

    /** Takes a named lock of the database server; its name carries the database's, for one server may hold many. */
    public function lock($name, $seconds)
    {
        $rows = $this->select('SELECT GET_LOCK(?, ?) AS taken', [$this->lockName($name), $seconds]);

        return (int) $rows[0]['taken'] === 1;
    }

    public function unlock($name)
    {
        $this->select('SELECT RELEASE_LOCK(?) AS released', [$this->lockName($name)]);
    }

    private function lockName($name)
    {
        return 'terraform_' . substr(hash('sha256', $this->name() . "\0" . $name), 0, 40);
    }

    /**
     * What may be told of a database error: its numbers and the column. The text of a query exception carries the bound values, and the
     * driver's own quotes pieces of them ("Incorrect string value: '\xE4\xBD…'").
     */
    public static function describe(\PDOException $error)
    {
        $state = isset($error->errorInfo[0]) ? (string) $error->errorInfo[0] : (string) $error->getCode();
        $text = isset($error->errorInfo[2]) ? (string) $error->errorInfo[2] : '';
        $column = preg_match('/(?:column|key) [\'`]([A-Za-z0-9_.`]+)[\'`]/', $text, $match) ? ' at ' . str_replace('`', '', $match[1]) : '';

        return sprintf('SQLSTATE %s, database error %d%s', preg_replace('/[^A-Za-z0-9]/', '', $state), self::driverCode($error), $column);
    }

    public static function isDuplicate(\Throwable $error)
    {
        return self::driverCode($error) === self::DUPLICATE;
    }

    /** A deadlock or a lock that timed out: the transaction may be run again. */
    public static function isContention(\Throwable $error)
    {
        return in_array(self::driverCode($error), [1205, 1213], true);
    }

    private static function driverCode(\Throwable $error)
    {
        return $error instanceof \PDOException && isset($error->errorInfo[1]) ? (int) $error->errorInfo[1] : 0;
    }
}
