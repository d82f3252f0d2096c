<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The services of products as totals: what a change of price or visibility concerns. No total names a customer, and
 * a sum of money covers at least MIN_CLIENTS of them.
 */
final class Impact
{
    /** A sum over fewer clients would show what one customer pays. */
    private const MIN_CLIENTS = 5;

    /** Billing cycles by their stored text in lower case without spaces and hyphens. */
    private const CYCLES = [
        'freeaccount' => 'free',
        'free' => 'free',
        'onetime' => 'one_time',
        'monthly' => 'monthly',
        'quarterly' => 'quarterly',
        'semiannually' => 'semiannually',
        'annually' => 'annually',
        'biennially' => 'biennially',
        'triennially' => 'triennially',
    ];

    /** The cycles in which WHMCS invoices again. */
    private const RECURRING = ['monthly', 'quarterly', 'semiannually', 'annually', 'biennially', 'triennially'];

    /** The statuses in which WHMCS invoices again. */
    private const INVOICED = ['Active', 'Suspended'];

    private const NEEDED = [
        'tblhosting' => ['userid', 'packageid', 'billingcycle', 'domainstatus', 'regdate'],
        'tblclients' => ['currency'],
    ];

    private $context;

    public function __construct(Context $context)
    {
        $this->context = $context;
    }

    /** @return array totals by product id, null for each if this WHMCS lacks a column that they need */
    public function of(array $ids): array
    {
        $totals = array_fill_keys(array_map('intval', $ids), null);
        if (!$ids || !$this->has(self::NEEDED)) {
            return $totals;
        }
        $allowed = $this->context->config()->allowsRevenue();
        $services = $this->services($ids);
        $revenue = $allowed ? $this->revenue($ids) : null;
        $addons = $allowed ? $this->addonRevenue($ids) : null;
        foreach (array_keys($totals) as $id) {
            $groups = isset($services[$id]) ? $services[$id] : [];
            $dates = array_filter(array_column($groups, 'newest'), function (?string $date): bool {
                return $date !== null && strncmp($date, '0000', 4) !== 0;
            });
            $totals[$id] = [
                'services' => array_map(function (array $group): array {
                    unset($group['newest']);

                    return $group;
                }, $groups),
                'newest_service_date' => $dates ? substr(max($dates), 0, 10) : null,
                'revenue' => self::sumsOf($revenue, $id),
                'addon_revenue' => self::sumsOf($addons, $id),
            ];
        }

        return $totals;
    }

    /** @return array|null the sums of one product, null if there are none of any product */
    private static function sumsOf(?array $sums, int $id): ?array
    {
        if ($sums === null) {
            return null;
        }

        return isset($sums[$id]) ? $sums[$id] : [];
    }

    private function has(array $columns): bool
    {
        foreach ($columns as $table => $names) {
            foreach ($names as $name) {
                if (!$this->context->schema()->has($table, $name)) {
                    return false;
                }
            }
        }

        return true;
    }

    /** @return array[][] counts by product id, for each currency, cycle and status */
    private function services(array $ids): array
    {
        $query = $this->joined($ids)
            ->selectRaw($this->keys('tblhosting') . ', `domainstatus` AS service_status, COUNT(*) AS counted')
            ->selectRaw('MAX(`tblhosting`.`regdate`) AS newest')
            ->groupBy('product_id', 'currency_id', 'cycle_text', 'service_status');
        $promotions = $this->has([
            'tblhosting' => ['promoid', 'promocount'],
            'tblpromotions' => ['recurring', 'recurfor'],
        ]);
        if ($promotions) {
            // A limited promotion is taken off the invoices until promocount reaches recurfor (assumed).
            $query->leftJoin('tblpromotions', 'tblpromotions.id', '=', 'tblhosting.promoid')->selectRaw(
                'SUM(`tblpromotions`.`recurring` = 1 AND `tblpromotions`.`recurfor` > 0'
                . ' AND COALESCE(`promocount`, 0) < `tblpromotions`.`recurfor`) AS ending'
            );
        }
        $found = [];
        foreach ($this->context->db()->rows($query) as $row) {
            $key = $this->key($row) + ['status' => (string) $row['service_status']];
            $group = &$found[(int) $row['product_id']][implode("\0", $key)];
            $group = $key + [
                'count' => (int) $row['counted'] + (isset($group['count']) ? $group['count'] : 0),
                'ending_promotions' => $promotions
                    ? (int) $row['ending'] + (isset($group['ending_promotions']) ? $group['ending_promotions'] : 0)
                    : null,
                'newest' => max((string) $row['newest'], isset($group['newest']) ? $group['newest'] : ''),
            ];
            unset($group);
        }

        return $this->sorted($found);
    }

    /** @return array[][]|null sums of the amounts of invoiced services by product id, for each currency and cycle */
    private function revenue(array $ids): ?array
    {
        if (!$this->has(['tblhosting' => ['amount']])) {
            return null;
        }

        return $this->sums($this->joined($ids)->whereIn('domainstatus', self::INVOICED), 'tblhosting', 'amount');
    }

    /** @return array[][]|null sums of the amounts of the invoiced addons of services, as revenue() */
    private function addonRevenue(array $ids): ?array
    {
        if (!$this->has(['tblhostingaddons' => ['hostingid', 'recurring', 'billingcycle', 'status']])) {
            return null;
        }
        $query = $this->joined($ids)
            ->join('tblhostingaddons', 'tblhostingaddons.hostingid', '=', 'tblhosting.id')
            ->whereIn('tblhostingaddons.status', self::INVOICED);

        return $this->sums($query, 'tblhostingaddons', 'recurring');
    }

    private function sums(object $query, string $table, string $column): array
    {
        $cycle = $this->cycleText($table);
        $query->selectRaw(sprintf('%s, SUM(`%s`.`%s`) AS total', $this->keys($table), $table, $column))
            ->selectRaw('COUNT(DISTINCT `tblhosting`.`userid`) AS clients')
            ->whereIn($this->context->db()->raw($cycle), self::RECURRING)
            ->groupBy('product_id', 'currency_id', 'cycle_text');
        $scale = $this->context->schema()->scale($table, $column);
        $found = [];
        foreach ($this->context->db()->rows($query) as $row) {
            $key = $this->key($row);
            $shown = (int) $row['clients'] >= self::MIN_CLIENTS;
            $found[(int) $row['product_id']][implode("\0", $key)] = $key + [
                'amount' => $shown ? Decimal::format((string) $row['total'], $scale) : null,
            ];
        }

        return $this->sorted($found);
    }

    private function joined(array $ids): object
    {
        $query = $this->context->db()->table('tblhosting')
            ->leftJoin('tblclients', 'tblclients.id', '=', 'tblhosting.userid');

        return Lookups::among($query, 'packageid', $ids);
    }

    private function keys(string $table): string
    {
        return '`packageid` AS product_id, `tblclients`.`currency` AS currency_id, '
            . $this->cycleText($table) . ' AS cycle_text';
    }

    private function cycleText(string $table): string
    {
        return "REPLACE(REPLACE(LOWER(`$table`.`billingcycle`), ' ', ''), '-', '')";
    }

    /** @return array currency (a code, or null if the client has none) and cycle */
    private function key(array $row): array
    {
        $currencies = $this->context->lookups()->currencies();
        $id = (int) $row['currency_id'];
        $text = (string) $row['cycle_text'];

        return [
            'currency' => isset($currencies[$id]) ? $currencies[$id] : null,
            'cycle' => isset(self::CYCLES[$text]) ? self::CYCLES[$text] : 'other',
        ];
    }

    private function sorted(array $found): array
    {
        return array_map(function (array $groups): array {
            ksort($groups, SORT_STRING);

            return array_values($groups);
        }, $found);
    }
}
