<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Reads companion.local.php (companion.local.php.dist describes its entries). If the file is absent or an entry has a
 * fault, all writes are refused. Reads then use the defaults, except for the assumed places of the TopLink module. A
 * place that the faulty entry should correct may hold a password.
 */
final class Config
{
    /**
     * Where the TopLink module keeps its product settings, as option numbers (assumed: the order seen on its screen).
     */
    private const TOPLINK_OPTIONS = [
        'connection_node' => 1,
        'data_center' => 2,
        'package' => 3,
        'suspend_action' => 4,
        'terminate_action' => 5,
        'client_vnc' => 6,
        'client_power' => 7,
        'client_reinstall' => 8,
        'client_port_limits' => 9,
        'client_hardware_info' => 10,
    ];

    /** The names inside the JSON that the TopLink module is assumed to keep in a server's access hash. */
    private const TOPLINK_HASH_KEYS = ['username_prefix' => 'username_prefix', 'hostname_format' => 'hostname_format'];

    /** Table and columns of product recommendations (assumed). */
    private const RECOMMENDATIONS = [
        'table' => 'tblproduct_recommendations',
        'product' => 'product_id',
        'order' => 'sortorder',
        'recommended' => 'recommended_product_id',
    ];

    /** Table and relation name of on-demand renewals (assumed). */
    private const ON_DEMAND_RENEWALS = ['table' => 'tblondemandrenewals', 'rel_type' => 'Product'];

    /** The name of a table, a column or a relation. */
    private const NAME = '/^[A-Za-z0-9_]{1,64}$/D';

    private const NAME_FORM = 'a name of letters, digits and _';

    private const UUID = '/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/D';

    private const MAX_NUMBER = 2147483647;

    /** @var string[] */
    private $faults;

    /** @var bool */
    private $isAbsent;

    /** @var bool */
    private $isReadOnly;

    /** @var bool */
    private $allowsDelete;

    /** @var bool */
    private $allowsLandingPage;

    /** @var bool */
    private $allowsRevenue;

    /** @var int */
    private $journalDays;

    /** @var int|null */
    private $maxPriceChangePercent;

    /** @var int|null */
    private $maxPriceChangesPerHour;

    /** @var string[] decimals by currency code */
    private $minPrices = [];

    /** @var string[]|null null serves all */
    private $kinds;

    /** @var array[] texts by kind */
    private $protectedIds = [];

    /** @var string '' if not configured */
    private $installation;

    /** @var string[] by field such as product.name */
    private $codecs = [];

    /** @var string */
    private $toplinkModule;

    /** @var string */
    private $toplinkSystemField;

    /** @var int[] */
    private $toplinkOptions = [];

    /** @var string[] */
    private $toplinkHashKeys;

    /** @var string[] */
    private $recommendations;

    /** @var string[] */
    private $onDemandRenewals;

    /** @var array */
    private $solusVm2;

    /**
     * @param array|null  $values what the file returns, null if there is no file
     * @param string|null $fault  why the file could not be read
     */
    public function __construct(?array $values, ?string $fault = null)
    {
        $file = new ConfigEntries((array) $values);
        $this->isAbsent = $values === null && $fault === null;
        $this->isReadOnly = $file->flag('read_only', false) || $this->isAbsent;
        $this->allowsDelete = $file->flag('allow_delete', false);
        $this->allowsLandingPage = $file->flag('landing_page', false);
        $this->allowsRevenue = $file->flag('revenue', false);
        $this->journalDays = (int) $file->number('journal_days', 365, 0, self::MAX_NUMBER);
        $form = 'a UUID in lower case';
        $this->installation = (string) $file->optionalText('installation', null, self::UUID, $form);
        $this->maxPriceChangePercent = $file->number('max_price_change_percent', null, 0, self::MAX_NUMBER);
        $this->maxPriceChangesPerHour = $file->number('max_price_changes_per_hour', null, 0, self::MAX_NUMBER);
        $this->readMinPrices($file->section('min_price'));
        $this->readKinds($file);
        $this->readProtectedIds($file->section('protected_ids'));
        $this->readCodecs($file->section('codecs'));
        $this->readToplink($file->section('toplink'));
        $section = $file->section('recommendations');
        $this->recommendations = $this->readNames($section, self::RECOMMENDATIONS, self::NAME, self::NAME_FORM);
        $section->distinct(array_diff_key($this->recommendations, ['table' => true]));
        $section = $file->section('on_demand_renewals');
        $this->onDemandRenewals = $this->readNames($section, self::ON_DEMAND_RENEWALS, self::NAME, self::NAME_FORM);
        $this->solusVm2 = (array) $file->items('solusvm2');
        if (Registry::isInstalled('solusvm2_billing')) {
            SolusVm2\SettingsMap::check($file->section('solusvm2'));
        }
        $file->close();
        $this->faults = $fault === null ? $file->faults() : ['companion.local.php: ' . $fault];
        if ($this->faults) {
            $this->isReadOnly = true;
            $this->allowsDelete = false;
            $this->allowsLandingPage = false;
            $this->allowsRevenue = false;
            $this->journalDays = 0;
            $this->toplinkOptions = [];
            $this->toplinkHashKeys = [];
        }
    }

    /** Reads the file as it is now, and not as OPcache may hold it. */
    public static function load(): self
    {
        $file = self::root() . '/includes/terraform_companion/companion.local.php';
        if (!file_exists($file)) {
            return new self(null);
        }
        if (!is_file($file) || !is_readable($file)) {
            return new self(null, 'PHP cannot read the file. Check its owner and permissions');
        }
        OpCache::forget($file);
        ob_start();
        try {
            $values = require $file;
        } catch (\Throwable $error) {
            return new self(null, sprintf('line %d: %s', $error->getLine(), $error->getMessage()));
        } finally {
            $printed = (string) ob_get_clean();
        }
        if ($printed !== '') {
            return new self(null, 'the file prints text. Its first five characters must be <?php');
        }

        return is_array($values) ? new self($values) : new self(null, 'the file must return an array');
    }

    /** WHMCS's own folder. */
    public static function root(): string
    {
        return defined('ROOTDIR') ? ROOTDIR : dirname(dirname(__DIR__));
    }

    /** @return string[] what is wrong with the file */
    public function faults(): array
    {
        return $this->faults;
    }

    /** Whether there is no companion.local.php. */
    public function isAbsent(): bool
    {
        return $this->isAbsent;
    }

    public function isReadOnly(): bool
    {
        return $this->isReadOnly;
    }

    public function allowsDelete(): bool
    {
        return $this->allowsDelete;
    }

    public function allowsLandingPage(): bool
    {
        return $this->allowsLandingPage;
    }

    /** Whether reads may show sums of what customers pay. */
    public function allowsRevenue(): bool
    {
        return $this->allowsRevenue;
    }

    /** @return int days that journal rows are kept, 0 for no end */
    public function journalDays(): int
    {
        return $this->journalDays;
    }

    /** @return int|null null for no limit */
    public function maxPriceChangePercent(): ?int
    {
        return $this->maxPriceChangePercent;
    }

    /** @return int|null null for no limit */
    public function maxPriceChangesPerHour(): ?int
    {
        return $this->maxPriceChangesPerHour;
    }

    /** @return string[] decimals by currency code */
    public function minPrices(): array
    {
        return $this->minPrices;
    }

    public function servesKind(string $kind): bool
    {
        return $this->kinds === null || in_array($kind, $this->kinds, true);
    }

    public function isProtected(string $kind, string $id): bool
    {
        return isset($this->protectedIds[$kind]) && in_array(strtolower($id), $this->protectedIds[$kind], true);
    }

    /** The id under which this installation reports itself, '' if the operator does not say it. */
    public function installation(): string
    {
        return $this->installation;
    }

    /** The codec that the operator chose for a field such as product.name, or null. */
    public function codec(string $field): ?string
    {
        return isset($this->codecs[$field]) ? $this->codecs[$field] : null;
    }

    public function toplinkModule(): string
    {
        return $this->toplinkModule;
    }

    /** The custom field in which a customer chooses the operating system. The TopLink module fills its choices. */
    public function toplinkSystemField(): string
    {
        return $this->toplinkSystemField;
    }

    /** @return int[] option number by the name of the product setting */
    public function toplinkOptions(): array
    {
        return $this->toplinkOptions;
    }

    /** @return string[] name inside the JSON of a server's access hash, by the name of the server setting */
    public function toplinkHashKeys(): array
    {
        return $this->toplinkHashKeys;
    }

    /** @return string[] table, product, order and recommended */
    public function recommendations(): array
    {
        return $this->recommendations;
    }

    /** @return string[] table and rel_type */
    public function onDemandRenewals(): array
    {
        return $this->onDemandRenewals;
    }

    /** @return array the section solusvm2, empty if the file has a fault */
    public function solusVm2(): array
    {
        return $this->faults ? [] : $this->solusVm2;
    }

    private function readMinPrices(ConfigEntries $section): void
    {
        foreach ($section->names() as $code) {
            $price = $section->decimal($code);
            if ($price !== null) {
                $this->minPrices[$code] = $price;
            }
        }
    }

    private function readKinds(ConfigEntries $file): void
    {
        $pattern = '/^(' . implode('|', array_keys(Registry::KINDS)) . ')$/D';
        $this->kinds = $file->texts('kinds', $pattern, implode(', ', array_keys(Registry::KINDS)));
    }

    private function readProtectedIds(ConfigEntries $section): void
    {
        foreach (array_keys(Registry::KINDS) as $kind) {
            list($pattern, $form) = self::idForm($kind);
            foreach ((array) $section->ids($kind, $pattern, $form) as $id) {
                $this->protectedIds[$kind][] = strtolower((string) $id);
            }
        }
        $section->close();
    }

    /** @return string[] pattern and description of the ids of a kind */
    private static function idForm(string $kind): array
    {
        if (Registry::isSingle($kind)) {
            return ['/^1$/D', '1, the id of the only object'];
        }
        if (!Registry::hasNames($kind)) {
            return ['/^[1-9][0-9]*$/D', 'ids, whole numbers above 0'];
        }

        return $kind === 'module'
            ? ['#^(servers|addons)/[A-Za-z0-9_-]{1,64}$#D', 'names such as servers/toplink_dcim']
            : ['/^[A-Za-z0-9_-]{1,64}$/D', 'names of folders of modules/addons'];
    }

    private function readCodecs(ConfigEntries $section): void
    {
        foreach (array_merge(Field\FieldTable::codecFields(), [Field\ModuleOptions::CODEC]) as $field) {
            $pattern = '/^(' . implode('|', Codecs::NAMES) . ')$/D';
            $codec = $section->optionalText($field, null, $pattern, implode(' or ', Codecs::NAMES));
            if ($codec !== null) {
                $this->codecs[$field] = $codec;
            }
        }
        $section->close();
    }

    private function readToplink(ConfigEntries $section): void
    {
        $form = 'the name of a folder of modules/servers';
        $this->toplinkModule = $section->text('module', 'toplink_dcim', Modules::NAME, $form);
        $this->toplinkSystemField = $section->text('system_field', 'Pre Install System');
        $options = $section->section('options');
        foreach (self::TOPLINK_OPTIONS as $name => $number) {
            $this->toplinkOptions[$name] = (int) $options->number($name, $number, 1, Field\ModuleOptions::COUNT);
        }
        $options->distinct($this->toplinkOptions);
        $options->close();
        $keys = $section->section('hash_keys');
        $this->toplinkHashKeys = $this->readNames($keys, self::TOPLINK_HASH_KEYS, '/\S/', 'text');
        $keys->distinct($this->toplinkHashKeys);
        $section->close();
    }

    /** @return string[] the texts of a section over the defaults */
    private function readNames(ConfigEntries $section, array $defaults, string $pattern, string $form): array
    {
        $names = [];
        foreach ($defaults as $name => $default) {
            $names[$name] = $section->text($name, $default, $pattern, $form);
        }
        $section->close();

        return $names;
    }
}
