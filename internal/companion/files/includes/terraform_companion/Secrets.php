<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Secrets go in and never out: WHMCS's encryption, fingerprints, and the mask over every text that leaves.
 */
final class Secrets
{
    /** Replaces a secret in messages and responses. */
    public const MASK = '********';

    private $store;

    private $seen = [];

    /** @var bool */
    private $areComparable = true;

    public function __construct(Store $store)
    {
        $this->store = $store;
    }

    /** A shorter secret is not masked, because its characters occur in many words. The text would be unreadable. */
    private const MIN_BYTES = 4;

    /**
     * Remembers a secret of this request, so that no message can carry it.
     *
     * @param mixed $text
     */
    public function remember($text): void
    {
        if (is_string($text) && strlen($text) >= self::MIN_BYTES) {
            $this->seen[$text] = true;
        }
    }

    public function mask(string $text): string
    {
        $forms = [];
        foreach (array_map('strval', array_keys($this->seen)) as $secret) {
            $json = substr((string) json_encode($secret), 1, -1);
            $forms = array_merge($forms, [
                $secret, rawurlencode($secret), urlencode($secret), htmlspecialchars($secret, ENT_QUOTES), $json,
                base64_encode($secret),
            ]);
        }
        $forms = array_unique(array_filter($forms, 'strlen'));
        // The longest first, so that none leaves the tail of another.
        usort($forms, function (string $a, string $b): int {
            return strlen($b) - strlen($a);
        });

        return $forms ? str_replace($forms, self::MASK, $text) : $text;
    }

    /** Lower-case hex of the first 16 bytes of HMAC-SHA256. Empty for an empty secret. */
    public function fingerprint(string $secret): string
    {
        return $secret === '' ? '' : substr(hash_hmac('sha256', $secret, $this->pepper()), 0, 32);
    }

    /**
     * Whether a text that a caller sent is a secret, of which the fingerprint is known.
     *
     * A dry run takes every text for the secret: its result would otherwise tell the read-only role whether a guess is
     * right. The write that follows compares.
     */
    public function isSame(string $text, string $fingerprint): bool
    {
        return !$this->areComparable || $this->fingerprint($text) === $fingerprint;
    }

    public function forbidComparison(): void
    {
        $this->areComparable = false;
    }

    /**
     * A text that stands where a fingerprint belongs. A caller that sends the secret itself in that place does not
     * get it back.
     *
     * @param mixed $text
     */
    public static function fingerprintOrMask($text): string
    {
        return is_string($text) && preg_match('/^([0-9a-f]{32})?$/D', $text) === 1 ? $text : self::MASK;
    }

    /** A keyed digest of a request. */
    public function digest(string $text): string
    {
        return hash_hmac('sha256', $text, $this->pepper());
    }

    /** Creates the pepper if there is none, outside of any transaction: a rollback would remove it. */
    public function ready(): void
    {
        $this->pepper();
    }

    public function encrypt(string $text): string
    {
        if ($text === '') {
            return '';
        }
        $answer = ThirdParty::api('EncryptPassword', ['password2' => $text]);

        return (string) $answer['password'];
    }

    public function decrypt(string $text): string
    {
        if ($text === '') {
            return '';
        }
        if (function_exists('decrypt')) {
            $plain = ThirdParty::call(function () use ($text): string {
                return (string) decrypt($text);
            });
        } else {
            $plain = ThirdParty::api('DecryptPassword', ['password2' => $text])['password'];
        }
        $this->remember((string) $plain);

        return (string) $plain;
    }

    private function pepper(): string
    {
        $pepper = $this->store->setting('pepper');
        if ($pepper === null) {
            $pepper = $this->store->storeOnce('pepper', bin2hex(random_bytes(32)));
        }

        if (!is_string($pepper) || !preg_match('/^[0-9a-f]{64}$/D', $pepper)) {
            throw new \RuntimeException('the pepper of the fingerprints cannot be read');
        }

        return hex2bin($pepper);
    }
}
