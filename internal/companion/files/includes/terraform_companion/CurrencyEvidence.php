<?php

declare(strict_types=1);

namespace TerraformCompanion;

use TerraformCompanion\Field\AddonPricing;
use TerraformCompanion\Field\OptionPricing;
use TerraformCompanion\Field\Pricing;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Checks the prices of products, options and addons in each currency. The number of statements grows with the number of
 * currencies only.
 */
final class CurrencyEvidence
{
    /** How many ids an entry names. */
    private const NAMED = 10;

    /** The format "1,234" of currencies without decimals. */
    private const WITHOUT_DECIMALS = 4;

    private $context;

    public function __construct(Context $context)
    {
        $this->context = $context;
    }

    /** @return array check, ok, grade and detail */
    public function entry(): array
    {
        $problems = [];
        $parts = [];
        $query = $this->context->db()->table('tblcurrencies')->select('id', 'code', 'format')->orderBy('id');
        foreach ($this->context->db()->rows($query) as $currency) {
            $code = (string) $currency['code'];
            $id = (int) $currency['id'];
            $parts[] = $code . ': ' . $this->notForSale($id);
            if ($this->sells($id)) {
                $problems = array_merge($problems, $this->freeOptions($id, $code));
            }
            if ((int) $currency['format'] === self::WITHOUT_DECIMALS) {
                $problems = array_merge($problems, $this->decimals($id, $code));
            }
        }

        return [
            'currency_prices', !$problems, 'seen',
            implode('; ', $problems ?: $parts),
        ];
    }

    /** The products and addons on sale that cannot be ordered in a currency. */
    private function notForSale(int $currency): string
    {
        $missing = [];
        foreach (
            [
                'products' => [$this->productsOnSale(), Pricing::TYPE],
                'addons' => [$this->addonsOnSale(), AddonPricing::TYPE],
            ] as $noun => list($onSale, $type)
        ) {
            $priced = $this->priced($type, $currency, '>= 0');
            $ids = $onSale === null ? [] : $this->ids($onSale->whereNotIn('id', $priced));
            if ($ids) {
                $missing[] = $noun . ' ' . $this->named($ids);
            }
        }

        return $missing ? 'cannot be ordered: ' . implode(', ', $missing)
            : 'all visible products and addons can be ordered';
    }

    /** Whether a product on sale has a price in a currency. */
    private function sells(int $currency): bool
    {
        $priced = $this->priced(Pricing::TYPE, $currency, '>= 0');

        return (bool) $this->ids($this->productsOnSale()->whereIn('id', $priced));
    }

    /**
     * A sub-option that has a price in another currency, and none in this one, is free of charge in this one.
     *
     * @return string[]
     */
    private function freeOptions(int $currency, string $code): array
    {
        $table = 'tblproductconfigoptionssub';
        if (!$this->context->schema()->has($table, 'hidden')) {
            return [];
        }
        $ids = $this->ids($this->context->db()->table($table)->where('hidden', 0)
            ->whereIn('id', $this->priced(OptionPricing::TYPE, null, '> 0'))
            ->whereNotIn('id', $this->priced(OptionPricing::TYPE, $currency, '> 0')));

        return $ids
            ? ['in ' . $code . ' these configurable sub-options cost nothing, and they have a price in another '
                . 'currency: ' . $this->named($ids)]
            : [];
    }

    /** @return string[] */
    private function decimals(int $currency, string $code): array
    {
        $odd = [];
        foreach (self::columns() as $column) {
            $odd[] = "`$column` <> FLOOR(`$column`)";
        }
        $query = $this->context->db()->table(Pricing::TABLE)->select('relid')->distinct()
            ->where('type', Pricing::TYPE)->where('currency', $currency)->whereRaw('(' . implode(' OR ', $odd) . ')')
            ->orderBy('relid')->limit(self::NAMED + 1);
        $ids = array_column($this->context->db()->rows($query), 'relid');

        return $ids
            ? ['WHMCS shows amounts in ' . $code . ' without decimals, and these products have prices with decimals: '
                . $this->named($ids)]
            : [];
    }

    private function productsOnSale(): object
    {
        return $this->context->db()->table('tblproducts')
            ->where('hidden', 0)->where('retired', 0)->where('paytype', '<>', 'free');
    }

    /** @return object|null null if this WHMCS lacks a column */
    private function addonsOnSale(): ?object
    {
        foreach (['hidden', 'retired', 'billingcycle'] as $column) {
            if (!$this->context->schema()->has('tbladdons', $column)) {
                return null;
            }
        }

        return $this->context->db()->table('tbladdons')
            ->where('hidden', 0)->where('retired', 0)->whereNotIn('billingcycle', ['free', 'Free', 'Free Account', '']);
    }

    /**
     * A subquery of the objects that have a price.
     *
     * @param int|null $currency null for any currency
     * @param string $condition for the columns of the prices
     */
    private function priced(string $type, ?int $currency, string $condition): callable
    {
        $any = implode(' OR ', array_map(function (string $column) use ($condition): string {
            return "`$column` $condition";
        }, $condition === '> 0' ? self::columns() : array_column(Pricing::RECURRING, 0)));

        return function (object $query) use ($type, $currency, $any): void {
            $query->select('relid')->from(Pricing::TABLE)->where('type', $type)->whereRaw("($any)");
            if ($currency !== null) {
                $query->where('currency', $currency);
            }
        };
    }

    /** @return string[] the columns of prices and set-up fees */
    private static function columns(): array
    {
        return array_merge([], ...array_values(Pricing::RECURRING));
    }

    /** @return string[] the first ids of a query, one more than an entry names */
    private function ids(object $query): array
    {
        return array_column(
            $this->context->db()->rows($query->select('id')->orderBy('id')->limit(self::NAMED + 1)),
            'id'
        );
    }

    private function named(array $ids): string
    {
        return implode(', ', array_slice($ids, 0, self::NAMED)) . (count($ids) > self::NAMED ? ' and more' : '');
    }
}
