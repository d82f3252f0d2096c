<?php

declare(strict_types=1);

namespace TerraformCompanion\SolusVm2;

use TerraformCompanion\Errors;
use TerraformCompanion\Field\Boolean;
use TerraformCompanion\Field\Found;
use TerraformCompanion\Field\FoundFingerprint;
use TerraformCompanion\Field\Integer;
use TerraformCompanion\Field\Reference;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The settings of the SolusVM 2 addon: post-pay billing, and what it is connected to.
 */
final class BillingKind extends SingleKind
{
    /** Fields that are the value of a place of the map. */
    private const MAPPED = [
        'url', 'post_pay_enabled', 'new_user_limit_group_id', 'terms_url', 'invoice_grace_days', 'lock_overdue_days',
        'suspend_overdue_days',
    ];

    public function name(): string
    {
        return 'solusvm2_billing';
    }

    public function table(): string
    {
        return 'tbladdonmodules';
    }

    public function tables(): array
    {
        return array_values(array_unique(array_merge(
            ['tbladdonmodules'],
            SettingsMap::tables($this->context->config())
        )));
    }

    protected function define(): array
    {
        return [
            new Found('addon'),
            new Found('active'),
            new PanelUrl('url'),
            new FoundFingerprint('api_key_fingerprint'),
            new MappedSetting(new Boolean('post_pay_enabled')),
            new MappedSetting(new Reference('new_user_limit_group_id', ['nullable' => true])),
            new MappedSetting(new WebAddress('terms_url')),
            new MappedSetting(new Integer('invoice_grace_days')),
            new MappedSetting(new Integer('lock_overdue_days')),
            new MappedSetting(new Integer('suspend_overdue_days')),
            new TokenPrices('token_prices'),
            new Found('landing_page_url'),
            new Found('integration_url'),
            new Found('missing', ['scalar' => false]),
        ];
    }

    protected function only(bool $lock): array
    {
        $settings = $this->context->solusVm2();
        if ($lock) {
            foreach ($settings->storedRows() as list($table, $where)) {
                $query = $this->context->db()->table($table);
                foreach ($where as $column => $value) {
                    $query->where($column, $value);
                }
                $this->context->db()->rows($query->lockForUpdate());
            }
        }
        $row = ['addon' => $settings->addon(), 'active' => $settings->isActive(), 'missing' => []];
        foreach (self::MAPPED as $name) {
            $row[$name] = $settings->has($name) ? $settings->value($name) : $this->missing($row, $name);
        }
        if ($row['new_user_limit_group_id'] !== null) {
            $row['new_user_limit_group_id'] = $row['new_user_limit_group_id'] === 0
                ? null
                : (string) $row['new_user_limit_group_id'];
        }
        $key = $settings->has('api_key') ? $settings->value('api_key') : null;
        $this->context->secrets()->remember($key);
        $row['api_key_fingerprint'] = $key === null
            ? $this->missing($row, 'api_key_fingerprint')
            : $this->context->secrets()->fingerprint($key);
        $row['token_prices'] = $settings->has('token_prices')
            ? $settings->tokenPrices()
            : $this->missing($row, 'token_prices');
        sort($row['missing'], SORT_STRING);
        $path = strtr(SettingsMap::landingPage($this->context->config()), ['{addon}' => $settings->addon()]);
        $row['integration_url'] = $settings->integrationUrl();
        $row['landing_page_url'] = rtrim($this->context->installation()->systemUrl(), '/') . '/' . $path;

        return $row;
    }

    /**
     * @return null what a field reads as whose place the live addon does not have
     * @return mixed
     */
    private function missing(array &$row, string $name)
    {
        $row['missing'][] = $name;

        return null;
    }

    /** Runs the addon's declaration. A declared setting exists, even if nothing is stored yet. */
    public function prepare(array $values, ?string $id, array $expect): array
    {
        $this->context->solusVm2()->ask();

        return $values;
    }

    /** The addon keeps settings as settings of its module. */
    public function affects(string $op, ?string $id, array $values, ?array $before): array
    {
        $settings = $this->context->solusVm2();

        return $settings->addonSettings(array_keys($values))
            ? [['addon_module', [$settings->addon()], self::NOT_SHOWN]]
            : [];
    }

    public function rules(array $values, ?array $before, array $unknown, Errors $errors): void
    {
        if (isset($values['new_user_limit_group_id']) && (int) $values['new_user_limit_group_id'] > ValueForm::MAX) {
            $errors->invalid('new_user_limit_group_id', 'must be at most ' . ValueForm::MAX);
        }
        foreach (array_keys($values) as $name) {
            // A dry run runs no code of the addon, so null (not known) passes.
            if ($this->context->solusVm2()->has($name) === false) {
                $errors->unsupported($name, $this->context->solusVm2()->explain($name));
            }
        }
    }
}
