<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Settings of this WHMCS, made by administrators or modules, that conflict with values that Terraform manages.
 */
final class SettingsEvidence
{
    /** How many products an entry names. */
    private const NAMED = 10;

    /**
     * Tables with objects that no kind describes, and the column that distinguishes these objects. The Go table
     * AllUnmanaged has the same list.
     */
    private const NOT_MANAGED = [
        'tblbundles' => 'id', 'tblpromotions' => 'id', 'tbldomainpricing' => 'id',
        'tblpaymentgateways' => 'gateway', 'tbltax' => 'id', 'tblemailtemplates' => 'id',
    ];

    private $context;

    public function __construct(Context $context)
    {
        $this->context = $context;
    }

    /** @return array[] lists of check, ok, grade and detail */
    public function all(): array
    {
        return [
            $this->hooksRegistered(), $this->currencyRecalculation(),
            (new CurrencyEvidence($this->context))->entry(), (new PriceGuards($this->context))->evidence(),
            $this->operatingSystems(), $this->stagingCopy(), $this->notManaged(),
        ];
    }

    /**
     * Checks the companion's own hook, and the hooks.php of server modules. WHMCS adds a module to ModuleHooks when
     * Module Settings are saved in its admin area. It loads only the files of these modules. The name was seen in
     * databases. Assumed: it is separated by commas, as AddonModulesHooks is.
     */
    private function hooksRegistered(): array
    {
        $problems = [];
        if (!is_file(Config::root() . Evidence::HOOK_FILE)) {
            $problems[] = 'the companion\'s own file ' . ltrim(Evidence::HOOK_FILE, '/') . ' is missing';
        }
        $setting = $this->context->installation()->setting('ModuleHooks');
        $loaded = array_map('trim', explode(',', (string) $setting));
        $query = $this->context->db()->table('tblproducts')
            ->select('servertype')->distinct()->where('servertype', '<>', '')->orderBy('servertype');
        foreach ($setting === null ? [] : $this->context->db()->rows($query) as $row) {
            $module = $row['servertype'];
            if (
                Modules::isName($module)
                && is_file(Config::root() . "/modules/servers/$module/hooks.php")
                && !in_array($module, $loaded, true)
            ) {
                $problems[] = 'WHMCS does not load the hooks.php of the module ' . $module;
            }
        }
        $fine = 'the role editor shows the companion\'s actions, and WHMCS loads the hooks of every module that a '
            . 'product uses';
        if ($setting === null) {
            $fine = 'the role editor shows the companion\'s actions. This WHMCS has no setting ModuleHooks, which '
                . 'lists the modules whose hooks it loads';
        }

        return ['hooks_registered', !$problems, 'assumed', $problems ? implode('. ', $problems) : $fine];
    }

    /** Both settings, seen in databases of many versions, are "on" or empty. */
    private function currencyRecalculation(): array
    {
        $db = $this->context->db();
        $installation = $this->context->installation();
        $detail = 'the cron recalculates no prices';
        $recalculates = self::isOn($installation->setting('CurrencyAutoUpdateProductPrices'));
        if ($recalculates) {
            $detail = 'the cron recalculates the prices of all currencies but the default one from their rates '
                . '(CurrencyAutoUpdateProductPrices)';
        } elseif (self::isOn($installation->setting('CurrencyAutoUpdateExchangeRates'))) {
            $detail = 'the cron updates the rates of currencies, and recalculates no prices';
        }
        $alone = $recalculates
            && count($db->rows($db->table('tblcurrencies')->select('id')->limit(2))) < 2;

        return [
            'currency_recalculation',
            !$recalculates || $alone,
            'seen',
            $detail . ($alone ? '. There is only one currency' : ''),
        ];
    }

    private static function isOn(?string $value): bool
    {
        return in_array((string) $value, ['on', '1'], true);
    }

    private function operatingSystems(): array
    {
        $config = $this->context->config();
        $schema = $this->context->schema();
        $name = $config->toplinkSystemField();
        if (!$schema->has('tblcustomfields', 'fieldoptions')) {
            return ['operating_systems', true, 'assumed', 'this WHMCS has no table tblcustomfields'];
        }
        $db = $this->context->db();
        $like = addcslashes($name, '\\%_');
        $query = $db->table('tblproducts')->join('tblcustomfields', 'tblcustomfields.relid', '=', 'tblproducts.id')
            ->where('tblproducts.servertype', $config->toplinkModule())
            ->where('tblcustomfields.type', 'product')->where('tblcustomfields.fieldtype', 'dropdown')
            ->where(function (object $query) use ($name, $like): void {
                $query->where('tblcustomfields.fieldname', $name)->orWhere(
                    'tblcustomfields.fieldname',
                    'like',
                    $like . '|%'
                );
            });
        $with = $db->rows((clone $query)->selectRaw('COUNT(*) AS fields'))[0]['fields'];
        $query->select('tblproducts.id')->orderBy('tblproducts.id');
        $query->whereRaw("TRIM(tblcustomfields.fieldoptions) = ''");
        $empty = array_column($db->rows($query->limit(self::NAMED + 1)), 'id');
        if ($empty) {
            $more = count($empty) > self::NAMED ? ' and more' : '';

            return [
                'operating_systems', false, 'assumed',
                sprintf(
                    'the drop-down "%s" has no choices in the products %s%s',
                    $name,
                    implode(', ', array_slice($empty, 0, self::NAMED)),
                    $more
                ),
            ];
        }

        return [
            'operating_systems', true, 'assumed',
            sprintf(
                $with
                    ? 'the drop-down "%s" has choices in all %d products of the TopLink module that have it'
                    : 'no product of the TopLink module has a drop-down "%s"',
                $name,
                $with
            ),
        ];
    }

    /** The numbers of objects that no kind describes, by table. A table that this WHMCS does not have is left out. */
    private function notManaged(): array
    {
        $db = $this->context->db();
        $query = $db->table('information_schema.columns')->selectRaw('TABLE_NAME AS t, COLUMN_NAME AS c')
            ->whereRaw('TABLE_SCHEMA = DATABASE()')->whereIn('TABLE_NAME', array_keys(self::NOT_MANAGED));
        $found = [];
        foreach ($db->rows($query) as $row) {
            $found[$row['t']][$row['c']] = true;
        }
        $counts = [];
        foreach (self::NOT_MANAGED as $table => $column) {
            if (isset($found[$table][$column])) {
                $counts[] = $table . ' ' . $db->table($table)->distinct()->count($column);
            }
        }

        return ['not_managed', true, 'seen', $counts ? implode(', ', $counts) : 'none of the tables is there'];
    }

    private function stagingCopy(): array
    {
        $installation = $this->context->installation();
        if ($installation->isPinned()) {
            return ['staging_copy', true, 'seen', 'companion.local.php says which installation this is'];
        }
        list($uuid, $under) = $installation->origin();
        $url = rtrim($installation->systemUrl(), '/');
        if ($under === $url) {
            return [
                'staging_copy',
                true,
                'seen',
                'the SystemURL is ' . $url . ', the same as at the first call of the companion',
            ];
        }

        return [
            'staging_copy', false, 'seen',
            sprintf(
                'at the first call of the companion, the SystemURL was %s and the installation id was %s. '
                    . 'The SystemURL is now %s',
                $under,
                $uuid,
                $url
            ),
        ];
    }
}
