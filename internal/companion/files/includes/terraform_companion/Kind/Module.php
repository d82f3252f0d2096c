<?php

declare(strict_types=1);

namespace TerraformCompanion\Kind;

use TerraformCompanion\Field\ModuleDeclaration;
use TerraformCompanion\Field\Shown;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/** Read only: the folders of server and addon modules that are there. No module's code runs for it. */
final class Module extends NamedKind
{
    private const TYPES = ['server' => 'servers', 'addon' => 'addons'];

    public function name(): string
    {
        return 'module';
    }

    public function table(): string
    {
        return '';
    }

    public function isWritable(): bool
    {
        return false;
    }

    protected function define(): array
    {
        return [new Shown('type'), new Shown('name'), new Shown('display_name'), new ModuleDeclaration('options')];
    }

    protected function all(bool $lock): array
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
