<?php

declare(strict_types=1);

namespace TerraformCompanion\Kind;

use TerraformCompanion\Errors;
use TerraformCompanion\Field\AccessHashParts;
use TerraformCompanion\Field\Boolean;
use TerraformCompanion\Field\FieldTable;
use TerraformCompanion\Field\IdSet;
use TerraformCompanion\Field\ModuleName;
use TerraformCompanion\Field\Nameservers;
use TerraformCompanion\Field\Secret;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

final class Server extends Kind
{
    private const HOOKS = ['create' => 'ServerAdd', 'update' => 'ServerEdit', 'delete' => 'ServerDelete'];

    /** The fields that say where WHMCS sends the server's secrets. */
    private const ADDRESS = ['module', 'hostname', 'ip_address', 'port', 'secure'];

    public function name(): string
    {
        return 'server';
    }

    public function tables(): array
    {
        return ['tblservers', 'tblservergroupsrel'];
    }

    protected function define(): array
    {
        return [
            new Nameservers('nameservers'),
            new ModuleName('module', FieldTable::options($this->name(), 'module')),
            new Secret('password', ['column' => 'password', 'encrypted' => true]),
            new Secret('access_hash', ['column' => 'accesshash']),
            new AccessHashParts('toplink_dcim', ['column' => 'accesshash']),
            new Boolean('default_for_module', FieldTable::options($this->name(), 'default_for_module')),
            new IdSet('server_group_ids', [
                'table' => 'tblservergroupsrel',
                'own' => 'serverid',
                'other' => 'groupid',
                'read_only' => true,
            ]),
        ];
    }

    public function usage(array $ids): array
    {
        return $this->context->lookups()->services($ids, 'server');
    }

    public function rules(array $values, ?array $before, array $unknown, Errors $errors): void
    {
        if ($before !== null) {
            $this->keepSecretsHome($values, $before, $unknown, $errors);
        }
        if (!isset($values['toplink_dcim'])) {
            return;
        }
        if (isset($values['access_hash'])) {
            $errors->invalid('toplink_dcim', 'cannot be given together with access_hash');
        }
        $module = self::effective('module', $values, $before);
        $toplink = $this->context->config()->toplinkModule();
        if ($module !== $toplink && !in_array('module', $unknown, true)) {
            $errors->invalid('toplink_dcim', 'is only for servers of the module ' . $toplink);
        }
    }

    /**
     * WHMCS sends a stored secret to the stored address, so another address needs the secret again. A caller who does
     * not know a secret could otherwise have it sent to a host of theirs.
     */
    private function keepSecretsHome(array $values, array $before, array $unknown, Errors $errors): void
    {
        $moved = array_filter(self::ADDRESS, function (string $name) use ($values, $before): bool {
            $field = $this->field($name);

            return array_key_exists($name, $values)
                && $field->differences($field->rowForm($values[$name]), $before[$name]);
        });
        foreach ($moved ? $this->storedSecrets($before) : [] as $name) {
            if (!isset($values[$name]) && !in_array($name, $unknown, true)) {
                $errors->invalid($name, sprintf(
                    'must be sent again, because %s changes. Otherwise WHMCS would send the stored secret '
                        . 'to another address',
                    implode(', ', $moved)
                ));
            }
        }
    }

    /** @return string[] the fields of the secrets that are stored */
    private function storedSecrets(array $before): array
    {
        $secrets = array_filter(['password', 'access_hash'], function (string $name) use ($before): bool {
            return $before[$name . '_fingerprint'] !== '';
        });
        $row = $this->context->db()->row($this->query()->select('accesshash')->where('id', (int) $before['id']));
        // The settings of the TopLink module are not secret.
        $isHarmless = $row !== null && $this->field('toplink_dcim')->isWhole((string) $row['accesshash']);

        return $isHarmless ? array_diff($secrets, ['access_hash']) : $secrets;
    }

    /** A module has one default server, and a deleted server leaves its groups. */
    public function affects(string $op, ?string $id, array $values, ?array $before): array
    {
        if ($op === 'delete') {
            $groups = $this->context->db()->table('tblservergroupsrel')
                ->select('groupid')->where('serverid', (int) $id);

            return [['server_group', array_column($this->context->db()->rows($groups), 'groupid')]];
        }
        $others = $this->otherDefaults($id, $values, $before);

        return $others === null
            ? []
            : [['server', array_column($this->context->db()->rows($others->select('id')), 'id')]];
    }

    public function finish(string $id, array $values, ?array $before): void
    {
        $others = $this->otherDefaults($id, $values, $before);
        if ($others !== null) {
            $this->byId($others)->update(['active' => 0]);
        }
    }

    /** The servers that a write replaces as their module's default. Null if the write sets no default. */
    private function otherDefaults(?string $id, array $values, ?array $before): ?object
    {
        // Where the module of a default server changes, it is the new module's default.
        $concerned = isset($values['default_for_module']) || isset($values['module']);
        if (!$concerned || self::effective('default_for_module', $values, $before) !== true) {
            return null;
        }

        return $this->query()->where(
            'type',
            self::effective('module', $values, $before)
        )->where('id', '<>', (int) $id)->where('active', '<>', 0);
    }

    public function references(string $id, bool $lock = false): array
    {
        $this->context->lookups()->needed('tblhosting', ['server', 'domainstatus']);
        $usage = $this->context->lookups()->services([$id], 'server', $lock);

        return [
            ['kind' => 'services', 'count' => $usage[(int) $id]['live_services']],
            ['kind' => 'service_addons', 'count' => $usage[(int) $id]['service_addons']],
        ];
    }

    public function remove(string $id): void
    {
        $this->context->db()->table('tblservergroupsrel')->where('serverid', (int) $id)->delete();
        parent::remove($id);
    }

    public function hook(string $op): ?array
    {
        return [self::HOOKS[$op], 'serverid'];
    }

    /**
     * The parameters of a module's connection test.
     *
     * @param array $values checked values
     * @param array|null $stored the server's own row
     */
    public function connection(array $values, ?array $stored): array
    {
        $given = function ($name) use ($values, $stored) {
            if (isset($values[$name])) {
                return $values[$name];
            }

            return $stored === null ? '' : $this->field($name)->read($stored, null);
        };
        $plain = function ($name) use ($values, $stored) {
            if (isset($values[$name])) {
                return $values[$name];
            }

            return $stored === null ? '' : $this->field($name)->plain($stored);
        };
        $hash = $plain('access_hash');
        if (isset($values['toplink_dcim'])) {
            $parts = $this->field('toplink_dcim');
            $hash = $parts->encoded($values['toplink_dcim'], $parts->decoded($hash));
        }
        $secure = (bool) $given('secure');

        return [
            'server' => true,
            'serverid' => $stored === null ? '' : (int) $stored['id'],
            'serverhostname' => $given('hostname'),
            'serverip' => $given('ip_address'),
            'serverusername' => $given('username'),
            'serverpassword' => $plain('password'),
            'serveraccesshash' => $hash,
            'serversecure' => $secure,
            'serverport' => array_key_exists('port', $values) ? (string) $values['port'] : (string) $given('port'),
            'serverhttpprefix' => $secure ? 'https' : 'http',
        ];
    }
}
