<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Queries of other tables, each with one statement for any number of ids. A table or column that this WHMCS lacks
 * counts as empty.
 */
final class Lookups
{
    /** A service in one of these statuses uses nothing any more. */
    private const DEAD = ['Terminated', 'Cancelled', 'Fraud'];

    private $context;

    private $currencies;

    private $emails;

    private $roles;

    public function __construct(Context $context)
    {
        $this->context = $context;
    }

    /**
     * Limits a query to ids. They are written into the statement, because a prepared statement has at most 65,535
     * placeholders.
     */
    public static function among(object $query, string $column, array $ids): object
    {
        return $query->whereRaw(sprintf('`%s` IN (%s)', $column, implode(',', array_map('intval', $ids) ?: ['NULL'])));
    }

    /** @return string[] those of the ids that exist */
    public function existing(string $table, array $ids, bool $lock): array
    {
        if (!$ids) {
            return [];
        }
        $query = self::among($this->context->db()->table($table)->select('id'), 'id', $ids);
        // A shared lock keeps what is referred to from being deleted before the commit.
        $rows = $this->context->db()->rows($lock ? $query->sharedLock() : $query);

        return array_map('strval', array_column($rows, 'id'));
    }

    public function count(string $table, string $column, string $id, bool $lock = false): int
    {
        $counts = $this->grouped($table, $column, [$id], null, $lock);

        return isset($counts[(int) $id]) ? $counts[(int) $id] : 0;
    }

    /**
     * @param array $places table and column by the counter's name
     * @return array[] counters by id
     */
    public function counts(array $ids, array $places): array
    {
        $usage = [];
        foreach ($places as $name => $place) {
            $counts = $this->grouped($place[0], $place[1], $ids);
            foreach ($ids as $id) {
                $usage[(int) $id][$name] = isset($counts[(int) $id]) ? $counts[(int) $id] : 0;
            }
        }

        return $usage;
    }

    /**
     * Services by server or by product.
     *
     * @param string $column  server or packageid
     * @param bool $lock whether to lock what is counted, so that nothing is added before the commit
     * @return array[] services, live_services and, for servers, service_addons (of a live status) by id
     */
    public function services(array $ids, string $column, bool $lock = false): array
    {
        $all = $this->grouped('tblhosting', $column, $ids, null, $lock);
        $living = $this->grouped('tblhosting', $column, $ids, 'domainstatus', $lock);
        $addons = $column === 'server' ? $this->grouped('tblhostingaddons', 'server', $ids, 'status', $lock) : null;
        $usage = [];
        foreach (array_map('intval', $ids) as $id) {
            $usage[$id] = [
                'services' => isset($all[$id]) ? $all[$id] : 0,
                'live_services' => isset($living[$id]) ? $living[$id] : 0,
            ];
            if ($addons !== null) {
                $usage[$id]['service_addons'] = isset($addons[$id]) ? $addons[$id] : 0;
            }
        }

        return $usage;
    }

    /** @return string[] code by id */
    public function currencies(): array
    {
        if ($this->currencies === null) {
            $currencies = [];
            $query = $this->context->db()->table('tblcurrencies')->select('id', 'code')->orderBy('id');
            foreach ($this->context->db()->rows($query) as $row) {
                $currencies[(int) $row['id']] = (string) $row['code'];
            }
            $this->currencies = $currencies;
        }

        return $this->currencies;
    }

    public function unknownCurrency(): string
    {
        $codes = $this->currencies();
        sort($codes, SORT_STRING);

        return 'No currency has this code. Currencies: ' . implode(', ', $codes);
    }

    /** @return string[] names of the administrator roles by id */
    public function adminRoles(): array
    {
        if ($this->roles === null) {
            $roles = [];
            $kind = $this->context->kinds()->get('admin_role');
            foreach ($this->context->db()->rows($kind->query()->select('id', 'name')->orderBy('id')) as $row) {
                $roles[(int) $row['id']] = $kind->field('name')->read($row, null);
            }
            $this->roles = $roles;
        }

        return $this->roles;
    }

    /**
     * @return string[] names of the product e-mail templates by id, those without a language first: translations
     * share the name
     */
    public function productEmails(): array
    {
        if ($this->emails === null) {
            $emails = [];
            $kind = $this->context->kinds()->get('email_template');
            $name = $kind->field('name');
            $query = $kind->query()->select('id', 'name')->where('type', 'product')->orderBy('language')->orderBy('id');
            foreach ($this->context->db()->rows($query) as $row) {
                $emails[(int) $row['id']] = $name->read($row, null);
            }
            $this->emails = $emails;
        }

        return $this->emails;
    }

    /**
     * Refuses the request if a column is missing that shows what is in use. Without it the companion cannot know
     * whether an object may be deleted.
     *
     * @param string[] $columns
     */
    public function needed(string $table, array $columns): void
    {
        foreach ($columns as $column) {
            if (!$this->context->schema()->has($table, $column)) {
                throw Failure::unsupported(
                    '',
                    sprintf(
                        'This WHMCS has no column %s.%s, so the companion cannot check if the object is in use',
                        $table,
                        $column
                    )
                );
            }
        }
    }

    /**
     * @return int[] number of rows by the column's value
     * @param string|null $status column whose dead statuses do not count
     */
    private function grouped(
        string $table,
        string $column,
        array $ids,
        ?string $status = null,
        bool $lock = false
    ): array {
        if (!$ids || !$this->context->schema()->has($table, $column)) {
            return [];
        }
        $query = $this->context->db()->table($table)
            ->select($column, $this->context->db()->raw('COUNT(*) AS counted'))
            ->groupBy($column);
        self::among($query, $column, $ids);
        if ($status !== null) {
            // A status that is not known counts as alive.
            $query->where(function (object $alive) use ($status): void {
                $alive->whereNull($status)->orWhereNotIn($status, self::DEAD);
            });
        }
        $counts = [];
        foreach ($this->context->db()->rows($lock ? $query->sharedLock() : $query) as $row) {
            $counts[(int) $row[$column]] = (int) $row['counted'];
        }

        return $counts;
    }
}
