<?php

declare(strict_types=1);

namespace TestHost;

use Illuminate\Database\MySqlConnection;

/**
 * A connection as older versions of the library have it, where they differ from the installed one: plain arrays for
 * results and no exchange of the PDO object inside a transaction (Illuminate 5.2), a rollback that does not ask
 * whether anything is open (up to 7), and that keeps its count of open transactions where the connection is lost (5.2;
 * all seen in their source).
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
