<?php

declare(strict_types=1);

namespace TestHost;

use WHMCS\Database\Capsule;

/**
 * The official actions that matter here, in their documented shapes and with their documented errors.
 */
final class Actions
{
    private const CYCLES = [
        'monthly' => 'm',
        'quarterly' => 'q',
        'semiannually' => 's',
        'annually' => 'a',
        'biennially' => 'b',
        'triennially' => 't',
    ];

    private const ALL = [
        'whmcsdetails' => 'whmcsDetails',
        'getadmindetails' => 'getAdminDetails',
        'getcurrencies' => 'getCurrencies',
        'getservers' => 'getServers',
        'getproducts' => 'getProducts',
        'addproduct' => 'addProduct',
        'encryptpassword' => 'encryptPassword',
        'decryptpassword' => 'decryptPassword',
        'getconfigurationvalue' => 'getConfigurationValue',
    ];

    public function has(string $action): bool
    {
        return isset(self::ALL[strtolower($action)]) || isset(AddonActions::ALL[strtolower($action)]);
    }

    public function run(string $action, array $input): array
    {
        $action = strtolower($action);
        try {
            if (isset(AddonActions::ALL[$action])) {
                return ['result' => 'success'] + (new AddonActions())->run($action, $input);
            }
            $method = self::ALL[$action];

            return ['result' => 'success'] + $this->$method($input);
        } catch (\InvalidArgumentException $error) {
            return ['result' => 'error', 'message' => $error->getMessage()];
        }
    }

    private function version(): array
    {
        $version = (string) Capsule::table('tblconfiguration')->where('setting', 'Version')->value('value');

        return ['version' => explode('-', $version)[0], 'canonicalversion' => $version];
    }

    private function whmcsDetails(array $input): array
    {
        return ['whmcs' => $this->version()];
    }

    private function getAdminDetails(array $input): array
    {
        return [
            'adminid' => (string) $_SESSION['adminid'],
            'name' => 'Site Admin',
            'notes' => '',
            'signature' => '',
            'allowedpermissions' => 'Main Homepage,View Products/Services,Configure Servers,API Access',
            'departments' => ',1,',
            'requesttime' => date('Y-m-d H:i:s'),
            'whmcs' => $this->version(),
        ];
    }

    private function getCurrencies(array $input): array
    {
        $rows = Capsule::table('tblcurrencies')->select(
            'id',
            'code',
            'prefix',
            'suffix',
            'format',
            'rate'
        )->orderBy('id')->get();
        $rows = is_array($rows) ? $rows : $rows->all();

        return ['totalresults' => (string) count($rows), 'currencies' => ['currency' => $rows]];
    }

    private function getServers(array $input): array
    {
        $servers = [];
        foreach (Capsule::table('tblservers')->where('disabled', 0)->orderBy('name')->get() as $row) {
            $used = Capsule::table('tblhosting')->where('server', $row->id)->whereIn(
                'domainstatus',
                ['Active', 'Suspended']
            )->count();
            $servers[] = [
                'id' => (int) $row->id,
                'name' => $row->name,
                'hostname' => $row->hostname,
                'ipaddress' => $row->ipaddress,
                'active' => (bool) $row->active,
                'activeServices' => $used,
                'maxAllowedServices' => (int) $row->maxaccounts,
                'percentUsed' => $row->maxaccounts > 0 ? round($used / $row->maxaccounts * 100) : 0,
                'module' => $row->type,
                'status' => ['http' => false, 'load' => '', 'uptime' => ''],
            ];
        }

        return ['servers' => $servers, 'fetchStatus' => isset($input['fetchStatus']) ? $input['fetchStatus'] : ''];
    }

    private function getProducts(array $input): array
    {
        $query = Capsule::table('tblproducts')->orderBy('gid')->orderBy('order')->orderBy('id');
        if (!empty($input['pid'])) {
            $query->whereIn('id', array_map('intval', explode(',', $input['pid'])));
        }
        if (!empty($input['gid'])) {
            $query->where('gid', (int) $input['gid']);
        }
        if (!empty($input['module'])) {
            $query->where('servertype', $input['module']);
        }
        $url = Capsule::table('tblconfiguration')->where('setting', 'SystemURL')->value('value');
        $products = [];
        foreach ($query->get() as $row) {
            $slug = Capsule::table('tblproducts_slugs')->where('product_id', $row->id)->where('active', 1)->first();
            $products[] = [
                'pid' => (int) $row->id,
                'gid' => (int) $row->gid,
                'type' => $row->type,
                'name' => $row->name,
                'slug' => $slug ? $slug->slug : '',
                'product-url' => $slug ? rtrim($url, '/') . '/store/' . $slug->group_slug . '/' . $slug->slug : '',
                'description' => $row->description,
                'module' => $row->servertype,
                'paytype' => $row->paytype,
                'allowqty' => (int) $row->allowqty,
                'quantity_available' => (int) $row->qty,
                'pricing' => $this->pricing((int) $row->id),
                'customfields' => ['customfield' => []],
                'configoptions' => ['configoption' => []],
            ];
        }

        return [
            'totalresults' => count($products),
            'startnumber' => 0,
            'numreturned' => count($products),
            'products' => ['product' => $products],
        ];
    }

    private function pricing(int $id): array
    {
        $pricing = [];
        $rows = Capsule::table('tblpricing')->join('tblcurrencies', 'tblcurrencies.id', '=', 'tblpricing.currency')
            ->where('tblpricing.type', 'product')->where('relid', $id)->orderBy('tblcurrencies.id')->get();
        foreach ($rows as $row) {
            $prices = ['prefix' => $row->prefix, 'suffix' => $row->suffix];
            foreach (self::CYCLES as $letter) {
                $prices[$letter . 'setupfee'] = $row->{$letter . 'setupfee'};
            }
            foreach (array_keys(self::CYCLES) as $cycle) {
                $prices[$cycle] = $row->$cycle;
            }
            $pricing[$row->code] = $prices;
        }

        return $pricing;
    }

    private function addProduct(array $input): array
    {
        $name = isset($input['name']) ? (string) $input['name'] : '';
        $group = Capsule::table('tblproductgroups')->where(
            'id',
            isset($input['gid']) ? (int) $input['gid'] : 0
        )->first();
        $given = function (string $key, $default) use ($input) {
            return isset($input[$key]) ? $input[$key] : $default;
        };
        if ($name === '') {
            throw new \InvalidArgumentException('You must supply a name for the product');
        }
        if (!$group) {
            throw new \InvalidArgumentException('You must supply a valid Product Group ID');
        }
        if (
            !in_array(
                $given('type', 'hostingaccount'),
                ['hostingaccount', 'reselleraccount', 'server', 'other'],
                true
            )
        ) {
            throw new \InvalidArgumentException('Invalid product type. Must be one of "hostingaccount", '
                . '"reselleraccount", "server" or "other"');
        }
        if (!in_array($given('paytype', 'free'), ['free', 'onetime', 'recurring'], true)) {
            throw new \InvalidArgumentException('Invalid pay type. Must be one of "free", "onetime" or "recurring"');
        }
        if (!in_array($given('autosetup', ''), ['', 'on', 'payment', 'order'], true)) {
            throw new \InvalidArgumentException('Invalid autosetup value. Must be one of "", "on", "order" or '
                . '"payment"');
        }
        if (
            !empty($input['welcomeemail'])
            && !Capsule::table('tblemailtemplates')
                ->where('type', 'product')->where('id', $input['welcomeemail'])->count()
        ) {
            throw new \InvalidArgumentException('You must supply a valid welcome email ID');
        }
        if ($given('color', '') !== '' && !preg_match('/^#[0-9a-f]{6}$/iD', $input['color'])) {
            throw new \InvalidArgumentException('The color must be a valid hexadecimal value.');
        }
        $recommendations = (array) $given('recommendations', []);
        foreach ($recommendations as $recommendation) {
            if (!Capsule::table('tblproducts')->where('id', $recommendation['id'])->count()) {
                throw new \InvalidArgumentException('The recommendation product ID is invalid. This must be an '
                    . 'existing product ID.');
            }
        }
        $row = [
            'type' => $given('type', 'hostingaccount'),
            'gid' => $group->id,
            'name' => $name,
            'description' => $given('description', ''),
            'short_description' => $given('shortdescription', ''),
            'tagline' => $given('tagline', ''),
            'color' => $given('color', ''),
            'paytype' => $given('paytype', 'free'),
            'autosetup' => $given('autosetup', ''),
            'subdomain' => $given('subdomain', ''),
            'servertype' => $given('module', ''),
            'servergroup' => (int) $given('servergroupid', 0),
            'welcomeemail' => (int) $given('welcomeemail', 0),
            'qty' => (int) $given('qty', 0),
            'order' => (int) $given('order', 0),
            'freedomain' => '',
            'freedomainpaymentterms' => '',
            'freedomaintlds' => '',
            'affiliatepaytype' => '',
            'proratadate' => (int) $given('proratadate', 0),
            'proratachargenextmonth' => (int) $given('proratachargenextmonth', 0),
            'created_at' => date('Y-m-d H:i:s'),
            'updated_at' => date('Y-m-d H:i:s'),
        ];
        $switches = [
            'hidden' => 'hidden',
            'showdomainoptions' => 'showdomainoptions',
            'tax' => 'tax',
            'isFeatured' => 'is_featured',
            'stockcontrol' => 'stockcontrol',
            'proratabilling' => 'proratabilling',
        ];
        foreach ($switches as $parameter => $column) {
            $row[$column] = empty($input[$parameter]) ? 0 : 1;
        }
        for ($number = 1; $number <= 24; $number++) {
            $row['configoption' . $number] = $number <= 6 ? (string) $given('configoption' . $number, '') : '';
        }
        $id = Capsule::table('tblproducts')->insertGetId($row);
        $slug = $given('slug', '');
        if ($slug === '') {
            $slug = trim(preg_replace('/[^a-z0-9]+/', '-', strtolower(html_entity_decode($name, ENT_QUOTES))), '-');
        }
        Capsule::table('tblproducts_slugs')->insert([
            'product_id' => $id,
            'group_id' => $group->id,
            'group_slug' => $group->slug,
            'slug' => $slug,
            'active' => 1,
        ]);
        foreach ((array) $given('pricing', []) as $currency => $prices) {
            $columns = [];
            foreach (self::CYCLES as $cycle => $letter) {
                $columns[$cycle] = isset($prices[$cycle]) ? $prices[$cycle] : -1;
                $columns[$letter . 'setupfee'] = isset($prices[$letter . 'setupfee'])
                    ? $prices[$letter . 'setupfee']
                    : 0;
            }
            Capsule::table('tblpricing')->insert($columns + [
                'type' => 'product',
                'currency' => (int) $currency,
                'relid' => $id,
            ]);
        }
        foreach ($recommendations as $recommendation) {
            Capsule::table('tblproduct_recommendations')->insert([
                'product_id' => $id,
                'sortorder' => (int) $recommendation['order'],
                'recommended_product_id' => (int) $recommendation['id'],
            ]);
        }
        if (!empty($input['ondemandrenewalconfigurationoverride'])) {
            $renewal = [
                'rel_type' => 'Product',
                'rel_id' => $id,
                'enabled' => empty($input['ondemandrenewalsenabled']) ? 0 : 1,
            ];
            foreach (array_keys(self::CYCLES) as $cycle) {
                $renewal[$cycle] = (int) $given('ondemandrenewalperiod' . $cycle, 0);
            }
            Capsule::table('tblondemandrenewals')->insert($renewal);
        }
        logActivity('Product Created - Product ID: ' . $id);

        return ['pid' => $id];
    }

    private function encryptPassword(array $input): array
    {
        return ['password' => encrypt((string) $input['password2'])];
    }

    private function decryptPassword(array $input): array
    {
        return ['password' => decrypt((string) $input['password2'])];
    }

    private function getConfigurationValue(array $input): array
    {
        if (empty($input['setting'])) {
            throw new \InvalidArgumentException('Parameter setting is required');
        }
        $row = Capsule::table('tblconfiguration')->where('setting', $input['setting'])->first();
        if (!$row) {
            throw new \InvalidArgumentException('Invalid name for parameter setting');
        }

        return ['setting' => $row->setting, 'value' => $row->value];
    }
}
