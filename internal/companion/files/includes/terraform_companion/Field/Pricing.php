<?php

declare(strict_types=1);

namespace TerraformCompanion\Field;

use TerraformCompanion\Decimal;
use TerraformCompanion\Errors;
use TerraformCompanion\Json;
use TerraformCompanion\Lookups;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * A product's prices: one row of tblpricing per currency. -1.00 switches a cycle off (seen). A one-time price uses the
 * monthly columns (seen). Internal form: currency code → cycle → price and setup_fee.
 */
class Pricing extends KeyedField
{
    /** Price column and set-up fee column by cycle. */
    public const RECURRING = [
        'monthly' => ['monthly', 'msetupfee'],
        'quarterly' => ['quarterly', 'qsetupfee'],
        'semiannually' => ['semiannually', 'ssetupfee'],
        'annually' => ['annually', 'asetupfee'],
        'biennially' => ['biennially', 'bsetupfee'],
        'triennially' => ['triennially', 'tsetupfee'],
    ];

    public const ONE_TIME = ['one_time' => ['monthly', 'msetupfee']];

    public const TABLE = 'tblpricing';

    public const TYPE = 'product';

    public static function cycles(?string $payType): array
    {
        return $payType === 'one_time' ? self::ONE_TIME : self::RECURRING;
    }

    public function check($value, string $path, Errors $errors)
    {
        if (!$value instanceof \stdClass) {
            $errors->invalid($path, 'must be an object of currencies');

            return [];
        }
        $checked = [];
        foreach ((array) $value as $code => $cycles) {
            $code = (string) $code;
            if ($cycles === null) {
                continue;
            }
            if (!$cycles instanceof \stdClass) {
                $errors->invalid("$path.$code", 'must be an object of billing cycles');
                continue;
            }
            $checked[$code] = [];
            foreach ((array) $cycles as $cycle => $price) {
                if ($price !== null) {
                    $checked[$code][$cycle] = $this->checkCycle((string) $cycle, $price, "$path.$code.$cycle", $errors);
                }
            }
        }

        return $checked;
    }

    /**
     * @param mixed $price
     */
    private function checkCycle(string $cycle, $price, string $path, Errors $errors): array
    {
        $checked = ['price' => '0', 'setup_fee' => Decimal::format('0', $this->scale())];
        if (!isset($this->acceptedCycles()[$cycle])) {
            $errors->invalid($path, 'is not a billing cycle');

            return $checked;
        }
        if (!$price instanceof \stdClass) {
            $errors->invalid($path, 'must be an object with price and setup_fee');

            return $checked;
        }
        if (!isset($price->price)) {
            $errors->invalid($path . '.price', 'is required');
        }
        $column = $this->context->schema()->column(self::TABLE, 'monthly');
        foreach ((array) $price as $key => $amount) {
            $key = (string) $key;
            if (!isset($checked[$key])) {
                $errors->invalid("$path.$key", 'is not a known field');
            } elseif ($amount !== null) {
                $problem = Decimal::problem($amount, $this->scale(), $column['precision'], false);
                if ($problem !== null) {
                    $errors->invalid("$path.$key", $problem);
                } else {
                    $checked[$key] = Decimal::format($amount, $this->scale());
                }
            }
        }

        return $checked;
    }

    public function references($value, string $path, Errors $errors, bool $lock): void
    {
        foreach (array_keys($value) as $code) {
            if (!in_array((string) $code, $this->context->lookups()->currencies(), true)) {
                $errors->invalid("$path.$code", $this->context->lookups()->unknownCurrency());
            }
        }
    }

    public function prefetch(array $rows, bool $lock = false): array
    {
        $query = $this->context->db()->table(self::TABLE)->where('type', static::TYPE)->orderBy('id');
        Lookups::among($query, 'relid', array_column($rows, 'id'));
        $found = [];
        foreach ($this->context->db()->rows(self::locked($query, $lock)) as $row) {
            $found[(int) $row['relid']][] = $row;
        }

        return $found;
    }

    public function read(array $row, $related)
    {
        $codes = $this->context->lookups()->currencies();
        $cycles = $this->storedCycles($this->isOneTime($row) ? 'one_time' : 'recurring');
        $value = [];
        foreach ($related === null ? [] : $related as $prices) {
            if (!isset($codes[(int) $prices['currency']])) {
                continue;
            }
            $found = [];
            foreach ($cycles as $cycle => $columns) {
                if (!$this->isLeftOut((string) $prices[$columns[0]], (string) $prices[$columns[1]])) {
                    $found[$cycle] = [
                        'price' => Decimal::format((string) $prices[$columns[0]], $this->scale()),
                        'setup_fee' => Decimal::format((string) $prices[$columns[1]], $this->scale()),
                    ];
                }
            }
            $value[$codes[(int) $prices['currency']]] = $found;
        }
        ksort($value, SORT_STRING);

        return $value;
    }

    /** Whether the object of a row is paid once. */
    protected function isOneTime(array $row): bool
    {
        return isset($row['paytype']) && (string) $row['paytype'] === 'onetime';
    }

    public function save(string $id, $value, array $effective): void
    {
        $ids = array_flip($this->context->lookups()->currencies());
        $payType = isset($effective['pay_type']) ? $effective['pay_type'] : null;
        foreach ($value as $code => $cycles) {
            $columns = $this->blank();
            foreach ($this->storedCycles($payType) as $cycle => $names) {
                if (isset($cycles[$cycle])) {
                    $columns[$names[0]] = $cycles[$cycle]['price'];
                    $columns[$names[1]] = $cycles[$cycle]['setup_fee'];
                }
            }
            $this->store($id, $ids[$code], $columns);
        }
    }

    /** Gives every currency a row without prices. */
    public function reset(string $id): void
    {
        foreach (array_keys($this->context->lookups()->currencies()) as $currency) {
            $this->store($id, $currency, $this->blank());
        }
    }

    private function store(string $id, int $currency, array $columns): void
    {
        $key = ['type' => static::TYPE, 'currency' => $currency, 'relid' => (int) $id];
        $table = $this->context->db()->table(self::TABLE);
        $rows = $this->context->db()->rows((clone $table)->select('id')->where($key));
        if ($rows) {
            // By id, so that few rows are locked: see Narrow.
            $table->whereIn('id', array_column($rows, 'id'))->update($columns);
        } else {
            $table->insert($key + $columns + $this->context->schema()->blanks(self::TABLE));
        }
    }

    private function blank(): array
    {
        $columns = [];
        foreach (self::RECURRING as $names) {
            $columns[$names[0]] = Decimal::format($this->blankPrice(), $this->scale());
            $columns[$names[1]] = Decimal::format('0', $this->scale());
        }

        return $columns;
    }

    public function expectable($json, string $path, Errors $errors): void
    {
        foreach ($json instanceof \stdClass ? (array) $json : [] as $code => $cycles) {
            foreach ($cycles instanceof \stdClass ? (array) $cycles : [] as $cycle => $price) {
                foreach ($price instanceof \stdClass ? (array) $price : [] as $key => $amount) {
                    if (is_int($amount) || is_float($amount)) {
                        $errors->invalid(
                            "$path.$code.$cycle.$key",
                            'must be a decimal number as text, such as "10.00"'
                        );
                    }
                }
            }
        }
    }

    protected function keyDifference(string $key, $item, $actual): ?array
    {
        $found = is_array($actual) && isset($actual[$key]) ? $actual[$key] : null;
        if (static::normal($item) === static::normal($found)) {
            return null;
        }

        return [is_array($item) ? (object) $item : $item, is_array($found) ? (object) $found : $found];
    }

    /**
     * Prices of one currency in a comparable form. No row equals a row in which all cycles are off.
     *
     * @param mixed $cycles
     *
     * @return mixed
     */
    protected static function normal($cycles)
    {
        if (!is_array($cycles)) {
            return $cycles === null ? [] : $cycles;
        }
        $normal = [];
        foreach ($cycles as $cycle => $price) {
            if (!is_array($price) || !isset($price['price'])) {
                $normal[$cycle] = Json::encode($price);
                continue;
            }
            $fee = isset($price['setup_fee']) ? $price['setup_fee'] : '0';
            $normal[$cycle] = is_scalar($price['price']) && is_scalar($fee)
                ? Decimal::normal((string) $price['price']) . ' ' . Decimal::normal((string) $fee)
                : Json::encode($price);
        }
        ksort($normal, SORT_STRING);

        return $normal;
    }

    public function present($value)
    {
        return is_array($value) ? (object) array_map(function ($cycles): object {
            return (object) $cycles;
        }, $value) : $value;
    }

    /** @return array[] columns of the cycles that a request may name */
    protected function acceptedCycles(): array
    {
        return self::RECURRING + self::ONE_TIME;
    }

    /** @return array[] columns of the cycles that a row holds */
    protected function storedCycles(?string $payType): array
    {
        return self::cycles($payType);
    }

    /** Whether a stored price means that there is none. */
    protected function isLeftOut(string $price, string $fee): bool
    {
        return Decimal::isNegative($price);
    }

    /** The price of a cycle without one. */
    protected function blankPrice(): string
    {
        return '-1';
    }

    private function scale(): int
    {
        return $this->context->schema()->scale(self::TABLE, 'monthly');
    }
}
