<?php

declare(strict_types=1);

namespace TerraformCompanion\Kind;

use TerraformCompanion\Field\IdSet;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

final class ServerGroup extends Kind
{
    private const REFERENCES = [
        'products' => ['tblproducts', 'servergroup'],
        'addons' => ['tbladdons', 'server_group_id'],
    ];

    public function name(): string
    {
        return 'server_group';
    }

    public function tables(): array
    {
        return ['tblservergroups', 'tblservergroupsrel'];
    }

    protected function define(): array
    {
        return [
            new IdSet('server_ids', [
                'table' => 'tblservergroupsrel',
                'own' => 'groupid',
                'other' => 'serverid',
                'target' => 'tblservers',
                'leave' => true,
            ]),
        ];
    }

    public function usage(array $ids): array
    {
        return $this->context->lookups()->counts($ids, self::REFERENCES);
    }

    public function references(string $id, bool $lock = false): array
    {
        $this->context->lookups()->needed('tblproducts', ['servergroup']);
        $references = [];
        foreach (self::REFERENCES as $kind => $place) {
            $references[] = [
                'kind' => $kind,
                'count' => $this->context->lookups()->count($place[0], $place[1], $id, $lock),
            ];
        }

        return $references;
    }

    /** Servers that join or leave the group. */
    public function affects(string $op, ?string $id, array $values, ?array $before): array
    {
        return [['server', self::changedIds('server_ids', $op, $values, $before)]];
    }

    public function remove(string $id): void
    {
        $this->context->db()->table('tblservergroupsrel')->where('groupid', (int) $id)->delete();
        parent::remove($id);
    }
}
