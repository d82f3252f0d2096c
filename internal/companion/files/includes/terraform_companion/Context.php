<?php
namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * What the parts of one request share. Each part is made when it is first asked for.
 */
final class Context
{
    private $server;

    private $parts = [];

    public function __construct(array $server)
    {
        $this->server = $server;
    }

    public function callerIp()
    {
        return isset($this->server['REMOTE_ADDR']) ? (string) $this->server['REMOTE_ADDR'] : '';
    }

    /** @return Config */
    public function config()
    {
        return $this->part('config', function () {
            return new Config();
        });
    }

    /** @return Db */
    public function db()
    {
        return $this->part('db', function () {
            return new Db();
        });
    }

    /** @return Schema */
    public function schema()
    {
        return $this->part('schema', function () {
            return new Schema($this->db(), $this->config(), function () {
                return $this->kinds()->tables();
            });
        });
    }

    /** @return Store */
    public function store()
    {
        return $this->part('store', function () {
            return new Store($this->db());
        });
    }

    /** @return Installation */
    public function installation()
    {
        return $this->part('installation', function () {
            return new Installation($this->store(), $this->db(), $this->config());
        });
    }

    /** @return Secrets */
    public function secrets()
    {
        return $this->part('secrets', function () {
            return new Secrets($this->store());
        });
    }

    /** @return Codecs */
    public function codecs()
    {
        return $this->part('codecs', function () {
            return new Codecs($this->db(), $this->store(), $this->config());
        });
    }

    /** @return Modules */
    public function modules()
    {
        return $this->part('modules', function () {
            return new Modules($this->store());
        });
    }

    /** @return Addons */
    public function addons()
    {
        return $this->part('addons', function () {
            return new Addons($this);
        });
    }

    /** @return SolusVm2\Settings */
    public function solusVm2()
    {
        return $this->part('solusVm2', function () {
            return new SolusVm2\Settings($this);
        });
    }

    /** @return OutsideChanges */
    public function outsideChanges()
    {
        return $this->part('outsideChanges', function () {
            return new OutsideChanges();
        });
    }

    /** @return Lookups */
    public function lookups()
    {
        return $this->part('lookups', function () {
            return new Lookups($this);
        });
    }

    /** @return Registry */
    public function kinds()
    {
        return $this->part('kinds', function () {
            return new Registry($this);
        });
    }

    private function part($name, callable $make)
    {
        if (!isset($this->parts[$name])) {
            $this->parts[$name] = $make();
        }

        return $this->parts[$name];
    }
}
