<?php
namespace TerraformCompanion\Kind;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

use TerraformCompanion\Field\Shown;

/** Read only: the folders of server and addon modules that are there. No module's code runs for it. */
final class Module extends NamedKind
{
    const TYPES = ['server' => 'servers', 'addon' => 'addons'];

    public function name()
    {
        return 'module';
    }

    public function table()
    {
        return '';
    }

    public function isWritable()
    {
        return false;
    }

    protected function define()
    {
        return [new Shown('type'), new Shown('name'), new Shown('display_name')];
    }

    protected function all($lock)
    {
        $rows = [];
        foreach (self::TYPES as $type => $folder) {
            foreach ($this->context->modules()->installed($folder) as $name) {
                $rows["$folder/$name"] = [
                    'id' => "$folder/$name",
                    'type' => $type,
                    'name' => $name,
                    'display_name' => $this->context->modules()->displayName($name, $folder),
                ];
            }
        }

        return $rows;
    }
}
