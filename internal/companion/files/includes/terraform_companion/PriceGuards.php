<?php

declare(strict_types=1);

namespace TerraformCompanion;

use TerraformCompanion\Field\AddonSettings;
use TerraformCompanion\Field\GivenPart;
use TerraformCompanion\Field\OptionPricing;
use TerraformCompanion\Field\Overages;
use TerraformCompanion\Field\Parts;
use TerraformCompanion\Field\Pricing;
use TerraformCompanion\Kind\Kind;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The operator's limits on prices: min_price, max_price_change_percent and max_price_changes_per_hour. Terraform has
 * guards of its own in the provider block. A write must pass both.
 */
final class PriceGuards
{
    /** The setting that counts changes: a JSON object of counts by minute. */
    private const COUNTS = 'price_changes';

    private const MINUTES = 60;

    /** Journal rows that are read at a time. */
    private const ROWS = 20;

    private $context;

    public function __construct(Context $context)
    {
        $this->context = $context;
    }

    /** @return string[] faults of the entries. The check needs the currencies of WHMCS. */
    public function faults(): array
    {
        $faults = [];
        $prices = $this->context->config()->minPrices();
        $known = $prices ? $this->context->lookups()->currencies() : [];
        foreach (array_diff(array_map('strval', array_keys($prices)), $known) as $code) {
            $faults[] = sprintf(
                'companion.local.php: min_price.%s: No currency has this code. Currencies: %s',
                $code,
                implode(', ', $known)
            );
        }

        return $faults;
    }

    /** @return array check, ok, grade and detail: the operator's limits in plain words */
    public function evidence(): array
    {
        $config = $this->context->config();
        $limits = [];
        $minimum = $config->minPrices();
        ksort($minimum, SORT_STRING);
        if ($minimum) {
            $least = [];
            foreach ($minimum as $code => $amount) {
                $least[] = $code . ' ' . $amount;
            }
            $limits[] = sprintf(
                'a new or changed price of a product or a product addon is at least %s (min_price)',
                implode(', ', $least)
            );
        }
        if ($config->maxPriceChangePercent() !== null) {
            $limits[] = sprintf(
                'an existing price, set-up fee, option price, overage price or token price changes by at most %d %% '
                    . '(max_price_change_percent)',
                $config->maxPriceChangePercent()
            );
        }
        if ($config->maxPriceChangesPerHour() !== null) {
            $limits[] = sprintf(
                'at most %d of these amounts change in 60 minutes, and %d can change now (max_price_changes_per_hour)',
                $config->maxPriceChangesPerHour(),
                $this->left($config->maxPriceChangesPerHour())
            );
        }

        return [
            'price_guards', true, 'documented',
            $limits ? 'limits in companion.local.php: ' . implode('; ', $limits)
                : 'companion.local.php sets no limits on prices',
        ];
    }

    /** @return array the part of the response to a validation that has this number of price changes */
    public function budget(int $changes): array
    {
        $most = $this->context->config()->maxPriceChangesPerHour();
        if ($most === null || $changes === 0) {
            return [];
        }

        return ['price_changes' => ['planned' => $changes, 'left' => $this->left($most), 'limit' => $most]];
    }

    /** @return int how many prices can change now */
    private function left(int $most): int
    {
        return max(0, $most - array_sum($this->counts(false)));
    }

    /**
     * Refuses prices beyond the operator's limits.
     *
     * @param array      $values checked values
     * @param array|null $before the row, null for a new object
     * @param bool       $count  whether the write follows, so that its changes count
     *
     * @return int how many prices of an existing object change. It is 0 without limits.
     */
    public function check(Kind $kind, array $values, ?array $before, bool $count): int
    {
        $config = $this->context->config();
        $percent = $config->maxPriceChangePercent();
        $most = $config->maxPriceChangesPerHour();
        if ($percent === null && $most === null && !$config->minPrices()) {
            return 0;
        }
        $prices = $this->prices($kind, $values, $before);
        $changes = 0;
        foreach ($prices as $price) {
            $isChange = $price->isChanged() && $before !== null;
            if ($price->isChanged() || $price->isRewritten) {
                $this->checkMinimum($price);
            }
            if ($percent !== null && $isChange) {
                $this->checkPercent($kind, $before['id'], $price, $percent);
            }
            $changes += $isChange ? 1 : 0;
        }
        if ($most !== null && $changes > 0) {
            $this->checkHour($changes, $most, $count);
        }

        return $changes;
    }

    private function checkMinimum(Price $price): void
    {
        $minimum = $this->context->config()->minPrices()[$price->currency] ?? null;
        $amount = $price->becomesFree ? '0' : $price->after;
        if ($minimum === null || !$price->isForSale || $amount === null) {
            return;
        }
        if (Decimal::compare($amount, $minimum) < 0) {
            throw Failure::readOnly('min_price', sprintf(
                '%s would be %s. companion.local.php refuses prices below %s %s (min_price)',
                $price->name(),
                $price->becomesFree ? 'free of charge' : $price->after,
                $minimum,
                $price->currency
            ));
        }
    }

    private function checkPercent(Kind $kind, string $id, Price $price, int $percent): void
    {
        $from = $price->before;
        $to = $price->becomesFree ? '0' : $price->after;
        if ($from === null && $to !== null && !$price->isFirst) {
            // A price that was switched off before must not come back as another one.
            $from = $this->lastPrice($kind, $id, $price);
        }
        if ($from === null || $to === null) {
            return;
        }
        $hundred = Decimal::times($to, 100);
        $isWithin = Decimal::normal($from) === '0'
            ? Decimal::normal($to) === '0'
            : Decimal::compare($hundred, Decimal::times($from, 100 + $percent)) <= 0
                && Decimal::compare($hundred, Decimal::times($from, max(0, 100 - $percent))) >= 0;
        if (!$isWithin) {
            throw Failure::readOnly('max_price_change_percent', sprintf(
                '%s would change from %s to %s. companion.local.php allows a change of %d %% '
                    . '(max_price_change_percent). Change the price in smaller steps, or in the admin area of WHMCS',
                $price->name(),
                $from,
                $price->becomesFree ? 'free of charge' : $to,
                $percent
            ));
        }
    }

    /** @return string|null the price that the journal holds last for a place that has none now */
    private function lastPrice(Kind $kind, string $id, Price $price): ?string
    {
        $below = PHP_INT_MAX;
        do {
            $rows = $this->context->db()->rows($this->context->db()->table('mod_terraform_journal')
                ->select('id', 'row_before')->where('kind', $kind->name())->where('object_id', $id)
                ->where('id', '<', $below)->orderBy('id', 'desc')->limit(self::ROWS));
            foreach ($rows as $row) {
                $below = (int) $row['id'];
                $found = $price->in(Json::arrays(Json::decode((string) $row['row_before'])));
                if ($found !== null) {
                    return $found;
                }
            }
        } while (count($rows) === self::ROWS);

        return null;
    }

    private function checkHour(int $changes, int $most, bool $count): void
    {
        $counts = $this->counts($count);
        $done = array_sum($counts);
        if ($done + $changes > $most) {
            throw Failure::readOnly('max_price_changes_per_hour', sprintf(
                '%d prices changed in the last hour, and this write changes %d. companion.local.php allows %d per hour '
                    . '(max_price_changes_per_hour). Apply again later',
                $done,
                $changes,
                $most
            ));
        }
        if ($count) {
            $now = self::minute();
            $counts[$now] = ($counts[$now] ?? 0) + $changes;
            $this->context->store()->put(self::COUNTS, Json::encode((object) $counts));
        }
    }

    private static function minute(): int
    {
        return intdiv(time(), 60);
    }

    /** @return int[] changes in the last hour, by minute. With the lock, one write at a time counts. */
    private function counts(bool $lock): array
    {
        $query = $this->context->db()->table('mod_terraform_settings')->where('name', self::COUNTS);
        $row = $this->context->db()->row($lock ? $query->lockForUpdate() : $query);

        $counts = $row === null ? [] : (array) Json::arrays(Json::decode((string) $row['value']));
        $now = self::minute();

        return array_filter($counts, function (int $minute) use ($now): bool {
            return $minute > $now - self::MINUTES;
        }, ARRAY_FILTER_USE_KEY);
    }

    // The prices of a write

    /** @return Price[] */
    private function prices(Kind $kind, array $values, ?array $before): array
    {
        $prices = $this->ofFields($kind, $values, $before, [$kind->name()]);
        $isOtherType = $kind->field('pay_type') !== null && $before !== null && isset($values['pay_type'])
            && $values['pay_type'] !== $before['pay_type'];
        if ($isOtherType && $values['pay_type'] === 'free') {
            return $this->ofFree($kind, $before);
        }
        foreach ($isOtherType ? $prices : [] as $price) {
            // The prices of a free product are not in force before.
            $price->isRewritten = true;
        }

        return $prices;
    }

    /** @param string[] $path names of the object and of the part that has the values */
    private function ofFields(Kind $kind, array $values, ?array $before, array $path): array
    {
        $prices = [];
        foreach ($values as $name => $value) {
            $field = $kind->field((string) $name);
            $former = $before === null || !isset($before[$name]) ? [] : $before[$name];
            $place = array_merge($path, [$name]);
            if ($value === null) {
                continue;
            }
            if ($field instanceof Pricing) {
                $prices = array_merge($prices, $this->ofPricing($field, $value, $former, $place));
            } elseif ($field instanceof Parts) {
                foreach ($value as $given) {
                    $prices = array_merge($prices, $this->ofPart($field, $given, $former, $place));
                }
            } elseif ($field instanceof Overages) {
                foreach (['disk_price', 'bandwidth_price'] as $key) {
                    if (isset($value[$key])) {
                        $prices[] = self::amount(array_merge($place, [$key]), '', $former, $key, $value[$key]);
                    }
                }
            } elseif ($name === 'token_prices') {
                foreach ($value as $code => $amount) {
                    $code = (string) $code;
                    $prices[] = self::amount(array_merge($place, [$code]), $code, $former, $code, $amount);
                }
            } elseif ($field instanceof AddonSettings && Registry::isInstalled('solusvm2_billing')) {
                $module = $before === null ? $values['module'] : $before['module'];
                $prices = array_merge($prices, $this->context->solusVm2()->pricesOfSettings($module, $value));
            }
        }

        return $prices;
    }

    private function ofPart(Parts $field, GivenPart $given, array $before, array $path): array
    {
        if ($given->removed) {
            return [];
        }
        $row = $given->isNew || !isset($before[(int) $given->id]) ? null : $before[(int) $given->id];
        $prices = $this->ofFields($field->part(), $given->values, $row, array_merge($path, [(string) $given->id]));
        foreach ($row === null ? $prices : [] as $price) {
            $price->isFirst = true;
        }

        return $prices;
    }

    /** A currency's cycles that are not given are switched off. */
    private function ofPricing(Pricing $field, array $value, array $before, array $path): array
    {
        $isOption = $field instanceof OptionPricing;
        $prices = [];
        foreach ($value as $code => $cycles) {
            $former = self::byColumn(isset($before[$code]) ? $before[$code] : []);
            $given = self::byColumn($cycles);
            foreach ($former + $given as $column => $unused) {
                foreach (['price', 'setup_fee'] as $amount) {
                    $old = isset($former[$column]) ? $former[$column][1][$amount] : null;
                    $new = isset($given[$column]) ? $given[$column][1][$amount] : null;
                    $isZero = self::positive($old) === null && self::positive($new) === null;
                    if ($isZero && ($isOption || $amount === 'setup_fee')) {
                        continue;
                    }
                    $cycle = isset($given[$column]) ? $given[$column][0] : $former[$column][0];
                    $price = new Price(
                        array_merge($path, [$code, $cycle, $amount]),
                        (string) $code,
                        $isOption ? self::positive($old) : $old,
                        // An option without a price costs nothing. A product without a price is not on sale.
                        $isOption && $new === null ? '0' : $new
                    );
                    $price->isForSale = !$isOption && $amount === 'price';
                    $prices[] = $price;
                }
            }
        }

        return $prices;
    }

    /** A product or an addon that becomes free stays on sale, without the prices that it has. */
    private function ofFree(Kind $kind, array $before): array
    {
        $prices = [];
        foreach ($before['pricing'] as $code => $cycles) {
            foreach ($cycles as $cycle => $amounts) {
                $path = [$kind->name(), 'pricing', (string) $code, $cycle, 'price'];
                $price = new Price($path, (string) $code, self::positive($amounts['price']), null);
                $price->becomesFree = $price->before !== null;
                $price->isForSale = true;
                $prices[] = $price;
            }
        }

        return $prices;
    }

    /** An amount of which zero means that nothing is charged. */
    private static function amount(array $path, string $currency, array $before, string $key, string $after): Price
    {
        $former = self::positive(isset($before[$key]) ? $before[$key] : null);

        return new Price($path, $currency, $former, $former === null ? self::positive($after) : $after);
    }

    /** @return array[] cycle and amounts by database column: one-time and monthly prices are in the same column */
    private static function byColumn(array $cycles): array
    {
        $found = [];
        foreach ($cycles as $cycle => $amounts) {
            $found[$cycle === 'one_time' ? 'monthly' : $cycle] = [$cycle, $amounts];
        }

        return $found;
    }

    /** @return string|null an amount of zero means that there is no price */
    private static function positive(?string $amount): ?string
    {
        return $amount === null || Decimal::normal($amount) === '0' ? null : $amount;
    }
}
