<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The UUID of this WHMCS. It is created at the first request. It is another one after the SystemURL has changed,
 * because a staging copy has the same database.
 */
final class Installation
{
    private $store;

    private $db;

    private $config;

    private $id;

    public function __construct(Store $store, Db $db, Config $config)
    {
        $this->store = $store;
        $this->db = $db;
        $this->config = $config;
    }

    public function id(): string
    {
        if ($this->id === null) {
            $this->id = $this->config->installation();
            if ($this->id === '') {
                $this->id = $this->currentId();
            }
        }

        return $this->id;
    }

    public function systemUrl(): string
    {
        return (string) $this->setting('SystemURL');
    }

    public function whmcsVersion(): string
    {
        return explode('-', (string) $this->setting('Version'))[0];
    }

    /** @return bool whether companion.local.php says who this is */
    public function isPinned(): bool
    {
        return $this->config->installation() !== '';
    }

    /** @return string[] the UUID of the first request, and the SystemURL at that time */
    public function origin(): array
    {
        $stored = $this->store->setting('installation');
        if ($stored === null) {
            // One row holds both, so that two first requests cannot store a mixture.
            $stored = $this->store->storeOnce(
                'installation',
                self::uuid(random_bytes(16), 4) . ' ' . rtrim($this->systemUrl(), '/')
            );
        }

        return explode(' ', $stored, 2);
    }

    /** @return string|null a setting of tblconfiguration. Null if WHMCS has no setting of this name. */
    public function setting(string $name): ?string
    {
        $row = $this->db->row($this->db->table('tblconfiguration')->select('value')->where('setting', $name));

        return $row ? (string) $row['value'] : null;
    }

    private function currentId(): string
    {
        $url = rtrim($this->systemUrl(), '/');
        list($uuid, $firstUrl) = $this->origin();
        if ($firstUrl === $url) {
            return $uuid;
        }

        return self::uuid(substr(sha1(hex2bin(str_replace('-', '', $uuid)) . $url, true), 0, 16), 5);
    }

    private static function uuid(string $bytes, int $version): string
    {
        $bytes[6] = chr((ord($bytes[6]) & 0x0f) | ($version << 4));
        $bytes[8] = chr((ord($bytes[8]) & 0x3f) | 0x80);

        return vsprintf('%s%s-%s-%s-%s-%s%s%s', str_split(bin2hex($bytes), 4));
    }
}
