<?php

declare(strict_types=1);

namespace TestHost;

use Illuminate\Database\MySqlConnection;

/**
 * A connection with the behaviour of older versions of the library (seen in their source):
 * - results are plain arrays, and the PDO object is not exchanged inside a transaction (Illuminate 5.2),
 * - a rollback does not check if a transaction is open (up to 7),
 * - after a lost connection, the count of open transactions is kept (5.2).
 */
final class ArrayConnection extends MySqlConnection
{
    public function query(): ArrayBuilder
    {
        return new ArrayBuilder($this, $this->getQueryGrammar(), $this->getPostProcessor());
    }

    protected function performRollBack($toLevel): void
    {
        if ($toLevel === 0) {
            $this->getPdo()->rollBack();
        } else {
            parent::performRollBack($toLevel);
        }
    }

    protected function handleRollBackException(\Throwable $e): void
    {
        throw $e;
    }

    public function setPdo($pdo): self
    {
        if ($this->transactions >= 1) {
            throw new \RuntimeException("Can't swap PDO instance while within transaction.");
        }
        $this->pdo = $pdo;

        return $this;
    }
}
