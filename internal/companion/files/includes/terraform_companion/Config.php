<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Reads companion.local.php (companion.local.php.dist describes its entries). If an entry has a fault, reads use its
 * default, and all writes are refused.
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

    private const MAX_DAYS = 2147483647;

    /** @var string[] */
    private $faults;

    /** @var bool */
    private $isReadOnly;

    /** @var bool */
    private $allowsDelete;

    /** @var bool */
    private $allowsLandingPage;

    /** @var int */
    private $journalDays;

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

    public function __construct(array $values)
    {
        $file = new ConfigEntries($values);
        $this->isReadOnly = $file->flag('read_only', false);
        $this->allowsDelete = $file->flag('allow_delete', true);
        $this->allowsLandingPage = $file->flag('landing_page', false);
        $this->journalDays = $file->number('journal_days', 365, 0, self::MAX_DAYS);
        $this->installation = $file->text('installation', '');
        $this->kinds = $this->readKinds($file, 'kinds', $file->items('kinds'));
        $this->readProtectedIds($file);
        $this->readCodecs($file);
        $this->readToplink($file->section('toplink'));
        $this->recommendations = $this->readNames($file->section('recommendations'), self::RECOMMENDATIONS);
        $renewals = $file->section('on_demand_renewals');
        $this->onDemandRenewals = $this->readNames($renewals, self::ON_DEMAND_RENEWALS, '/\S/');
        $this->readSolusVm2($file);
        $file->close();
        $this->faults = $file->faults();
        if ($this->faults) {
            $this->isReadOnly = true;
            $this->allowsDelete = false;
            $this->allowsLandingPage = false;
            $this->journalDays = 0;
        }
    }

    public static function load(): self
    {
        $file = self::root() . '/includes/terraform_companion/companion.local.php';
        $values = is_file($file) ? require $file : [];
        if (!is_array($values)) {
            throw new \RuntimeException('companion.local.php must return an array');
        }

        return new self($values);
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

    /** @return int days that journal rows are kept, 0 for no end */
    public function journalDays(): int
    {
        return $this->journalDays;
    }

    public function servesKind(string $kind): bool
    {
        return $this->kinds === null || in_array($kind, $this->kinds, true);
    }

    public function isProtected(string $kind, string $id): bool
    {
        return isset($this->protectedIds[$kind]) && in_array($id, $this->protectedIds[$kind], true);
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

    /** The custom field in which a customer chooses the operating system; the TopLink module fills its choices. */
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

    /** @return string[]|null */
    private function readKinds(ConfigEntries $file, string $entry, ?array $kinds): ?array
    {
        foreach ($kinds === null ? [] : $kinds as $kind) {
            if (!is_string($kind) || !isset(Registry::KINDS[$kind])) {
                $known = implode(', ', array_keys(Registry::KINDS));
                $file->fault($entry, 'names a kind that does not exist; there are: ' . $known);
            }
        }

        return $kinds;
    }

    private function readProtectedIds(ConfigEntries $file): void
    {
        $protected = $file->items('protected_ids');
        foreach ($protected === null ? [] : $protected as $kind => $ids) {
            $kind = (string) $kind;
            $this->readKinds($file, 'protected_ids', [$kind]);
            if (!is_array($ids)) {
                $file->fault('protected_ids', $kind . ' must be a list of ids');
                continue;
            }
            $hasNames = Registry::hasNames($kind);
            foreach ($ids as $id) {
                $isNumber = is_int($id) || (is_string($id) && preg_match('/^[1-9][0-9]*$/D', $id) === 1);
                if ($hasNames ? !Request::isName($id) : !$isNumber) {
                    $form = $hasNames ? 'names of modules' : 'whole numbers';
                    $file->fault('protected_ids', $kind . ' must hold ' . $form);
                    continue;
                }
                $this->protectedIds[$kind][] = (string) $id;
            }
        }
    }

    private function readCodecs(ConfigEntries $file): void
    {
        $codecs = $file->items('codecs');
        foreach ($codecs === null ? [] : $codecs as $field => $codec) {
            if (in_array($codec, Codecs::NAMES, true)) {
                $this->codecs[(string) $field] = $codec;
            } else {
                $file->fault('codecs', $field . ' must be ' . implode(' or ', Codecs::NAMES));
            }
        }
    }

    private function readToplink(ConfigEntries $section): void
    {
        $this->toplinkModule = $section->text('module', 'toplink_dcim', Modules::NAME);
        $this->toplinkSystemField = $section->text('system_field', 'Pre Install System');
        $options = $section->section('options');
        foreach (self::TOPLINK_OPTIONS as $name => $number) {
            $this->toplinkOptions[$name] = $options->number($name, $number, 1, Field\ModuleOptions::COUNT);
        }
        $options->close();
        $this->toplinkHashKeys = $this->readNames($section->section('hash_keys'), self::TOPLINK_HASH_KEYS, '/\S/');
        $section->close();
    }

    /** @return string[] the texts of a section over the defaults */
    private function readNames(ConfigEntries $section, array $defaults, string $pattern = self::NAME): array
    {
        $names = [];
        foreach ($defaults as $name => $default) {
            $names[$name] = $section->text($name, $default, $pattern);
        }
        $section->close();

        return $names;
    }

    private function readSolusVm2(ConfigEntries $file): void
    {
        $entries = $file->items('solusvm2');
        $this->solusVm2 = $entries === null ? [] : $entries;
        $faults = Registry::isInstalled('solusvm2_billing') ? SolusVm2\SettingsMap::faults($this->solusVm2) : [];
        foreach ($faults as $fault) {
            $file->fault('solusvm2', $fault);
        }
    }
}
