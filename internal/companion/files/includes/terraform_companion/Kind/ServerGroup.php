<?php
namespace TerraformCompanion\Kind;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

use TerraformCompanion\Field\Choice;
use TerraformCompanion\Field\IdSet;
use TerraformCompanion\Field\Text;

final class ServerGroup extends Kind
{
    const REFERENCES = [
        'products' => ['tblproducts', 'servergroup'],
        'addons' => ['tbladdons', 'server_group_id'],
    ];

    public function name()
    {
        return 'server_group';
    }

    public function table()
    {
        return 'tblservergroups';
    }

    public function tables()
    {
        return ['tblservergroups', 'tblservergroupsrel'];
    }

    protected function define()
    {
        return [
            new Text('name', ['column' => 'name', 'required' => true]),
            new Choice('fill_type', ['column' => 'filltype', 'choices' => ['least_full' => 1, 'fill_default_first' => 2], 'default' => 'least_full']),
            new IdSet('server_ids', ['table' => 'tblservergroupsrel', 'own' => 'groupid', 'other' => 'serverid', 'target' => 'tblservers', 'leave' => true]),
        ];
    }

    public function usage(array $ids)
    {
        return $this->context->lookups()->counts($ids, self::REFERENCES);
    }

    public function references($id)
    {
        $this->context->lookups()->needed('tblproducts', ['servergroup']);
        $references = [];
        foreach (self::REFERENCES as $kind => $place) {
            $references[] = ['kind' => $kind, 'count' => $this->context->lookups()->count($place[0], $place[1], $id)];
        }

        return $references;
    }

    public function remove($id)
    {
        $this->context->db()->table('tblservergroupsrel')->where('groupid', (int) $id)->delete();
        parent::remove($id);
    }
}
