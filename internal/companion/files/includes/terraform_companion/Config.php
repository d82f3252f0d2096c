<?php
namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The operator's settings, companion.local.php (companion.local.php.dist describes them), over the defaults.
 */
final class Config
{
    private $values;

    private $faults;

    public function __construct()
    {
        $file = self::root() . '/includes/terraform_companion/companion.local.php';
        $values = is_file($file) ? require $file : [];
        if (!is_array($values)) {
            throw new \RuntimeException('companion.local.php must return an array');
        }
        $this->values = $values;
        $this->faults = ConfigRules::faults($values);
    }

    /** @return string[] what is wrong with the file; any fault stops every write */
    public function faults()
    {
        return $this->faults;
    }

    /** WHMCS's own folder. */
    public static function root()
    {
        return defined('ROOTDIR') ? ROOTDIR : dirname(dirname(__DIR__));
    }

    public function get($name, $default = null)
    {
        return array_key_exists($name, $this->values) ? $this->values[$name] : $default;
    }

    public function isReadOnly()
    {
        return $this->faults || $this->get('read_only', false);
    }

    public function allowsDelete()
    {
        return !$this->faults && $this->get('allow_delete', true);
    }

    public function allowsLandingPage()
    {
        return !$this->faults && $this->get('landing_page', false);
    }

    /** @return int days that journal rows are kept, 0 for ever */
    public function journalDays()
    {
        return $this->faults ? 0 : $this->get('journal_days', 365);
    }

    public function servesKind($kind)
    {
        $kinds = $this->get('kinds');

        return $kinds === null || in_array($kind, (array) $kinds, true);
    }

    public function isProtected($kind, $id)
    {
        $protected = $this->get('protected_ids', []);

        return isset($protected[$kind]) && in_array((string) $id, array_map('strval', (array) $protected[$kind]), true);
    }

    /** The codec that the operator chose for a field such as product.name, or null. */
    public function codec($field)
    {
        $codecs = $this->get('codecs', []);

        return isset($codecs[$field]) ? (string) $codecs[$field] : null;
    }

    public function toplinkModule()
    {
        return $this->toplink('module', 'toplink_dcim');
    }

    /** Where the TopLink module keeps its product settings, as option numbers (assumed: the order seen on its screen). */
    public function toplinkOptions()
    {
        return array_merge([
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
        ], $this->toplink('options', []));
    }

    /** The names inside the JSON that the TopLink module is assumed to keep in a server's access hash. */
    public function toplinkHashKeys()
    {
        return array_merge(
            ['username_prefix' => 'username_prefix', 'hostname_format' => 'hostname_format'],
            $this->toplink('hash_keys', [])
        );
    }

    /** The custom field in which a customer chooses the operating system; the TopLink module fills its choices (name seen, assumed to be fixed). */
    public function toplinkSystemField()
    {
        return $this->toplink('system_field', 'Pre Install System');
    }

    /** Table and columns of product recommendations (assumed). */
    public function recommendations()
    {
        return array_merge([
            'table' => 'tblproduct_recommendations',
            'product' => 'product_id',
            'order' => 'sortorder',
            'recommended' => 'recommended_product_id',
        ], $this->get('recommendations', []));
    }

    /** Table and relation name of on-demand renewals (assumed). */
    public function onDemandRenewals()
    {
        return array_merge(['table' => 'tblondemandrenewals', 'rel_type' => 'Product'], $this->get('on_demand_renewals', []));
    }

    private function toplink($name, $default)
    {
        $toplink = $this->get('toplink', []);

        return isset($toplink[$name]) ? $toplink[$name] : $default;
    }
}
