<?php
namespace TestHost;

use Illuminate\Database\MySqlConnection;

/**
 * A connection as WHMCS 7 has it, where it differs from the installed library: plain arrays for results, and no exchange of the PDO
 * object inside a transaction (both Illuminate 5.2, seen in its source).
 */
final class ArrayConnection extends MySqlConnection
{
    public function query()
    {
        return new ArrayBuilder($this, $this->getQueryGrammar(), $this->getPostProcessor());
    }

    public function setPdo($pdo)
    {
        if ($this->transactions >= 1) {
            throw new \RuntimeException("Can't swap PDO instance while within transaction.");
        }
        $this->pdo = $pdo;

        return $this;
    }
}
