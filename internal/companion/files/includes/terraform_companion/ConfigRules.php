<?php
namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * What companion.local.php may say. A brake that is misspelt must not be a brake that is off, so one fault anywhere in the
 * file stops every write until it is mended.
 */
final class ConfigRules
{
    const ENTRIES = [
        'read_only', 'allow_delete', 'kinds', 'protected_ids', 'installation', 'codecs', 'toplink',
        'recommendations', 'on_demand_renewals', 'journal_days', 'solusvm2', 'landing_page',
    ];

    private $faults = [];

    /** @return string[] what is wrong, each with the entry's name; none where all is well */
    public static function faults(array $values)
    {
        $rules = new self();
        $rules->check($values);

        return $rules->faults;
    }

    private function check(array $values)
    {
        foreach ($values as $name => $value) {
            if (!in_array($name, self::ENTRIES, true)) {
                $this->fault($name, 'is not an entry that the companion knows');
            }
        }
        foreach (['read_only', 'allow_delete', 'landing_page'] as $name) {
            if (array_key_exists($name, $values) && !is_bool($values[$name])) {
                $this->fault($name, 'must be true or false, without quotes');
            }
        }
        if (array_key_exists('journal_days', $values) && (!is_int($values['journal_days']) || $values['journal_days'] < 0)) {
            $this->fault('journal_days', 'must be a whole number of days, 0 for ever');
        }
        if (array_key_exists('kinds', $values)) {
            $this->kinds('kinds', $values['kinds']);
        }
        if (array_key_exists('protected_ids', $values)) {
            $this->protectedIds($values['protected_ids']);
        }
        if (array_key_exists('installation', $values) && (!is_string($values['installation']) || trim($values['installation']) === '')) {
            $this->fault('installation', 'must be text');
        }
        foreach (['codecs', 'toplink', 'recommendations', 'on_demand_renewals', 'solusvm2'] as $name) {
            if (array_key_exists($name, $values) && !is_array($values[$name])) {
                $this->fault($name, 'must be an array');
            }
        }
        $this->codecs(isset($values['codecs']) && is_array($values['codecs']) ? $values['codecs'] : []);
        $this->toplink(isset($values['toplink']) && is_array($values['toplink']) ? $values['toplink'] : []);
        if (isset($values['solusvm2']) && is_array($values['solusvm2']) && Registry::isInstalled('solusvm2_billing')) {
            foreach (SolusVm2\SettingsMap::faults($values['solusvm2']) as $fault) {
                $this->fault('solusvm2', $fault);
            }
        }
    }

    private function kinds($name, $value)
    {
        if (!is_array($value)) {
            $this->fault($name, 'must be a list of kinds');

            return;
        }
        foreach ($value as $kind) {
            if (!is_string($kind) || !isset(Registry::KINDS[$kind])) {
                $this->fault($name, 'names a kind that does not exist; there are: ' . implode(', ', array_keys(Registry::KINDS)));
            }
        }
    }

    private function protectedIds($value)
    {
        if (!is_array($value)) {
            $this->fault('protected_ids', 'must be an array of kind => list of ids');

            return;
        }
        foreach ($value as $kind => $ids) {
            $this->kinds('protected_ids', [$kind]);
            if (!is_array($ids)) {
                $this->fault('protected_ids', $kind . ' must be a list of ids');
                continue;
            }
            foreach ($ids as $id) {
                $fits = Registry::hasNames($kind)
                    ? Request::isName($id)
                    : is_int($id) || (is_string($id) && preg_match('/^[1-9][0-9]*$/D', $id));
                if (!$fits) {
                    $this->fault('protected_ids', $kind . ' must hold ' . (Registry::hasNames($kind) ? 'names of modules' : 'whole numbers'));
                }
            }
        }
    }

    private function codecs(array $codecs)
    {
        foreach ($codecs as $field => $codec) {
            if (!in_array($codec, ['entity', 'html', 'raw'], true)) {
                $this->fault('codecs', $field . ' must be entity, html or raw');
            }
        }
    }

    private function toplink(array $toplink)
    {
        foreach ($toplink as $name => $value) {
            if ($name === 'module') {
                $fits = is_string($value) && Modules::isName($value);
            } elseif ($name === 'system_field') {
                $fits = is_string($value) && trim($value) !== '';
            } else {
                $fits = in_array($name, ['options', 'hash_keys'], true) && is_array($value);
            }
            if (!$fits) {
                $this->fault('toplink', $name . ' is not an entry of toplink, or not of its form');
            }
        }
    }

    private function fault($entry, $what)
    {
        $this->faults[] = sprintf('companion.local.php: %s: %s', $entry, $what);
    }
}
