<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * One amount that customers pay, before and after a write. Null stands for no price.
 */
final class Price
{
    /** @var string[] kind, and then the keys of the amount in the object's row */
    private $path;

    /** @var string code, '' if not known */
    public $currency;

    /** @var string|null */
    public $before;

    /** @var string|null */
    public $after;

    /** @var bool whether it is the price of a product. Other amounts are added to it. */
    public $isForSale = false;

    /** @var bool whether the product stays on sale without a price */
    public $becomesFree = false;

    /** @var bool whether the amount comes into force, although it may be the same as before */
    public $isRewritten = false;

    /** @var bool whether there is no former price to compare with */
    public $isFirst = false;

    public function __construct(array $path, string $currency, ?string $before, ?string $after)
    {
        $this->path = array_map('strval', $path);
        $this->currency = $currency;
        $this->before = $before;
        $this->after = $after;
    }

    /** The name of the amount for messages, such as "product pricing.USD.monthly.price". */
    public function name(): string
    {
        return $this->path[0] . ' ' . implode('.', array_slice($this->path, 1));
    }

    public function isChanged(): bool
    {
        if ($this->before === null || $this->after === null) {
            return $this->before !== $this->after;
        }

        return !Decimal::equal($this->before, $this->after);
    }

    /**
     * @param mixed $row an object's row, as arrays
     *
     * @return string|null the amount in that row, null if there is none or if it is zero
     */
    public function in($row): ?string
    {
        foreach (array_slice($this->path, 1) as $key) {
            $key = $key === 'one_time' && !isset($row[$key]) ? 'monthly' : $key;
            $key = $key === 'monthly' && !isset($row[$key]) ? 'one_time' : $key;
            if (!is_array($row) || !isset($row[$key])) {
                return null;
            }
            $row = $row[$key];
        }

        return is_string($row) && Decimal::isText($row) && Decimal::normal($row) !== '0' ? $row : null;
    }
}
