<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The declarations of addon modules. Types of settings are stored for reads, which run no code of a module.
 */
final class AddonDeclarations
{
    private const KEPT = ['fields', 'secret'];

    private $context;

    private $declared = [];

    public function __construct(Context $context)
    {
        $this->context = $context;
    }

    /**
     * Runs the module's declaration, and keeps the types of its settings.
     *
     * @return array name, version, fields
     */
    public function ask(string $module): array
    {
        if (!isset($this->declared[$module])) {
            $this->declared[$module] = $this->context->modules()->addon($module);
            $types = array_map(function (array $field): string {
                return $field['type'];
            }, $this->declared[$module]['fields']);
            $this->keep('fields', $module, Json::encode((object) $types));
        }

        return $this->declared[$module];
    }

    /** @return string the name that the module declares, if its declaration ran in this request, else its folder */
    public function title(string $module): string
    {
        return isset($this->declared[$module]) ? $this->declared[$module]['name'] : $module;
    }

    /**
     * @return string[]|null names of the settings that the module declared when a write last called it. Null if no
     * write has.
     */
    public function knownFields(string $module): ?array
    {
        if (!$this->context->modules()->has($module, 'addons')) {
            // Without its files the module declares nothing.
            return [];
        }
        $types = $this->kept('fields', $module);

        return $types instanceof \stdClass ? array_map('strval', array_keys((array) $types)) : null;
    }

    /** @return string[] settings that are known not to be secrets: declared as ordinary, never written as a secret */
    public function harmless(string $module): array
    {
        $types = array_filter((array) $this->kept('fields', $module), function (string $type): bool {
            return $type !== 'password';
        });

        return array_diff(array_map('strval', array_keys($types)), (array) $this->kept('secret', $module));
    }

    /**
     * Keeps which settings hold secrets, although the module may declare them as ordinary text. The last write of a
     * setting decides.
     *
     * @param bool[] $isSecret by the names of the settings that are written
     */
    public function markSecrets(string $module, array $isSecret): void
    {
        $others = array_diff((array) $this->kept('secret', $module), array_map('strval', array_keys($isSecret)));
        $names = array_merge($others, array_map('strval', array_keys(array_filter($isSecret))));
        sort($names, SORT_STRING);
        if (!$names && $this->kept('secret', $module) === null) {
            return;
        }
        $this->keep('secret', $module, Json::encode($names));
    }

    public function forget(string $module): void
    {
        foreach (self::KEPT as $what) {
            $this->context->store()->forget(self::keptName($what, $module));
        }
    }

    /** @return mixed what was kept of a module, as JSON gives it */
    private function kept(string $what, string $module)
    {
        return Json::decode((string) $this->context->store()->setting(self::keptName($what, $module)));
    }

    private function keep(string $what, string $module, string $text): void
    {
        if ((string) $this->context->store()->setting(self::keptName($what, $module)) !== $text) {
            $this->context->store()->put(self::keptName($what, $module), $text);
        }
    }

    private static function keptName(string $what, string $module): string
    {
        return $what . '.' . substr(sha1('addons/' . $module), 0, 40);
    }
}
