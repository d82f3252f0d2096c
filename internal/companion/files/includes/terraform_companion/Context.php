<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The objects that the parts of one request share. Each object is created at its first use.
 */
final class Context
{
    private $server;

    private $parts = [];

    public function __construct(array $server)
    {
        $this->server = $server;
    }

    public function callerIp(): string
    {
        return isset($this->server['REMOTE_ADDR']) ? (string) $this->server['REMOTE_ADDR'] : '';
    }

    /** @return Config */
    public function config(): Config
    {
        return $this->part('config', function (): Config {
            return Config::load();
        });
    }

    /** @return Db */
    public function db(): Db
    {
        return $this->part('db', function (): Db {
            return new Db();
        });
    }

    /** @return Schema */
    public function schema(): Schema
    {
        return $this->part('schema', function (): Schema {
            return new Schema($this->db(), $this->config(), function (): array {
                return $this->kinds()->tables();
            });
        });
    }

    /** @return Store */
    public function store(): Store
    {
        return $this->part('store', function (): Store {
            return new Store($this->db());
        });
    }

    /** @return Installation */
    public function installation(): Installation
    {
        return $this->part('installation', function (): Installation {
            return new Installation($this->store(), $this->db(), $this->config());
        });
    }

    /** @return Secrets */
    public function secrets(): Secrets
    {
        return $this->part('secrets', function (): Secrets {
            return new Secrets($this->store());
        });
    }

    /** @return Codecs */
    public function codecs(): Codecs
    {
        return $this->part('codecs', function (): Codecs {
            return new Codecs($this->db(), $this->store(), $this->config());
        });
    }

    /** @return Modules */
    public function modules(): Modules
    {
        return $this->part('modules', function (): Modules {
            return new Modules($this);
        });
    }

    /** @return Interruption */
    public function interruption(): Interruption
    {
        return $this->part('interruption', function (): Interruption {
            return new Interruption($this);
        });
    }

    /** @return ModuleCode */
    public function moduleCode(): ModuleCode
    {
        return $this->part('moduleCode', function (): ModuleCode {
            return new ModuleCode($this);
        });
    }

    /** @return Addons */
    public function addons(): Addons
    {
        return $this->part('addons', function (): Addons {
            return new Addons($this);
        });
    }

    /** @return SolusVm2\Settings */
    public function solusVm2(): SolusVm2\Settings
    {
        return $this->part('solusVm2', function (): SolusVm2\Settings {
            return new SolusVm2\Settings($this);
        });
    }

    /** @return OutsideChanges */
    public function outsideChanges(): OutsideChanges
    {
        return $this->part('outsideChanges', function (): OutsideChanges {
            return new OutsideChanges();
        });
    }

    /** @return Lookups */
    public function lookups(): Lookups
    {
        return $this->part('lookups', function (): Lookups {
            return new Lookups($this);
        });
    }

    /** @return Registry */
    public function kinds(): Registry
    {
        return $this->part('kinds', function (): Registry {
            return new Registry($this);
        });
    }

    private function part(string $name, callable $make): object
    {
        if (!isset($this->parts[$name])) {
            $this->parts[$name] = $make();
        }

        return $this->parts[$name];
    }
}
