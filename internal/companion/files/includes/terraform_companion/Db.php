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
    }

    public function commit()
    {
        if (Capsule::connection()->transactionLevel() !== 1) {
            throw new \RuntimeException('other code opened or ended a transaction inside the write');
        }
        Capsule::connection()->commit();
    }

    /** Whether the write's own transaction is still the one that is open: a statement such as CREATE TABLE ends it unseen. */
    public function isInTransaction()
    {
        return Capsule::connection()->transactionLevel() === 1 && Capsule::connection()->getPdo()->inTransaction();
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
                // Nothing is open that the server could roll back; the framework's count is what is left.
                $connection->setPdo($connection->getPdo());
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
