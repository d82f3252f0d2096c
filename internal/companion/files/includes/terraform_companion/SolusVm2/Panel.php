<?php

declare(strict_types=1);

namespace TerraformCompanion\SolusVm2;

use TerraformCompanion\Failure;
use TerraformCompanion\Json;
use TerraformCompanion\Secrets;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * A SolusVM 2 panel, called from the WHMCS host itself (shapes: fixtures and code of the vendor's client). Its settings
 * hold other secrets too. Only the billing integration is kept. Redirects are not followed, because they would send the
 * API key.
 */
final class Panel
{
    private const SECONDS = 15;

    private const CONNECT_SECONDS = 5;

    private const BYTES = 4194304;

    /** curl error numbers of TLS and certificate failures. */
    private const TLS = [35, 51, 53, 54, 58, 59, 60, 64, 66, 77, 80, 82, 83, 90, 91];

    private $url;

    private $key;

    private $caFile;

    private $secrets;

    /**
     * @param string $url as address() gives it
     * @param string|null $caFile
     */
    public function __construct(string $url, string $key, ?string $caFile, Secrets $secrets)
    {
        $this->url = $url;
        $this->key = $key;
        $this->caFile = $caFile;
        $this->secrets = $secrets;
    }

    /** The normal form of a panel's URL. Users enter it with a slash at the end, or with the path of its API. */
    public static function address(string $url): string
    {
        $url = rtrim(trim($url), '/');

        return substr($url, -7) === '/api/v1' ? rtrim(substr($url, 0, -7), '/') : $url;
    }

    /**
     * Whether the key is an administrator's and this is a panel.
     *
     * @return \stdClass the billing integration that it has
     */
    public function test(): \stdClass
    {
        $this->get('account');

        return $this->integration();
    }

    /** @return \stdClass as the panel shows it. Empty if it has none. */
    public function integration(): \stdClass
    {
        $settings = $this->get('settings');
        if (!property_exists($settings, 'billing_integration')) {
            throw $this->failure('not_api', 'its settings have no billing_integration', 200);
        }
        $integration = $settings->billing_integration instanceof \stdClass
            ? $settings->billing_integration
            : new \stdClass();
        $drivers = Json::arrays(isset($integration->drivers) ? $integration->drivers : []);
        foreach (is_array($drivers) ? $drivers : [] as $driver) {
            $this->secrets->remember(isset($driver['token']) ? $driver['token'] : null);
        }

        return $integration;
    }

    /** Replaces the billing integration as a whole. */
    public function integrate(\stdClass $integration): void
    {
        list($status, $body) = $this->call('PATCH', 'settings', Json::encode(['billing_integration' => $integration]));
        $this->checkResponse('settings', $status, $body);
        if ($status !== 200) {
            throw $this->failure(
                'integration_refused',
                'it refuses the billing integration' . self::words($body),
                $status
            );
        }
    }

    /** @return \stdClass what is in the envelope */
    private function get(string $path): \stdClass
    {
        list($status, $body) = $this->call('GET', $path, null);
        $this->checkResponse($path, $status, $body);
        $answer = $status === 200 ? Json::decode($body) : null;
        if (!isset($answer->data) || !$answer->data instanceof \stdClass) {
            throw $this->failure(
                'not_api',
                'its response is not one of the SolusVM 2 API' . self::words($body),
                $status
            );
        }

        return $answer->data;
    }

    /** Throws if the response does not come from the panel, or if the panel refuses the request. */
    private function checkResponse(string $path, int $status, string $body): void
    {
        $words = self::words($body);
        if ($status >= 300 && $status < 400) {
            throw $this->failure(
                'redirect',
                'it redirects to another address, and the API key is not sent there. Use the address of the panel',
                $status
            );
        }
        if ($status === 429 || $status >= 500) {
            throw $this->failure('unavailable', 'it responds with the status ' . $status . $words, $status);
        }
        // A proxy or a firewall refuses with a page and any status. The panel itself never does.
        if (preg_match('/^\s*</', $body)) {
            throw $this->failure(
                'html',
                'it responds with a web page. Check the address, and the proxy or firewall in front of the panel',
                $status
            );
        }
        if ($status === 401) {
            throw $this->failure('unauthorized', 'it does not know the API key' . $words, $status);
        }
        if ($status === 403 && $path === 'account') {
            // Every user may read their own account, so the panel refuses the address.
            $what = 'it refuses the address of the WHMCS host. Allow it in the IPs of the API key\'s user';
            throw $this->failure('address_refused', $what . $words, $status);
        }
        if ($status === 403) {
            throw $this->failure(
                'not_administrator',
                'the API key does not belong to an administrator. Only administrators may change the integration'
                    . $words,
                $status
            );
        }
    }

    /** @return array status and body */
    private function call(string $method, string $path, ?string $body): array
    {
        if (!function_exists('curl_init')) {
            throw Failure::unsupported('url', 'The companion needs the PHP extension curl to call the panel');
        }
        $answer = '';
        $options = [
            CURLOPT_URL => $this->url . '/api/v1/' . $path,
            CURLOPT_CUSTOMREQUEST => $method,
            CURLOPT_HTTPHEADER => [
                'Accept: application/json', 'Content-Type: application/json', 'Authorization: Bearer ' . $this->key,
                'Expect:',
            ],
            CURLOPT_PROTOCOLS => CURLPROTO_HTTP | CURLPROTO_HTTPS,
            CURLOPT_FOLLOWLOCATION => false,
            CURLOPT_SSL_VERIFYPEER => true,
            CURLOPT_SSL_VERIFYHOST => 2,
            CURLOPT_CONNECTTIMEOUT => self::CONNECT_SECONDS,
            CURLOPT_TIMEOUT => self::SECONDS,
            CURLOPT_NOSIGNAL => true,
            CURLOPT_WRITEFUNCTION => function ($curl, string $part) use (&$answer): int {
                $answer .= $part;

                return strlen($answer) > self::BYTES ? 0 : strlen($part);
            },
        ];
        if ($body !== null) {
            $options[CURLOPT_POSTFIELDS] = $body;
        }
        if ($this->caFile !== null) {
            if (!is_file($this->caFile) || !is_readable($this->caFile)) {
                throw Failure::unsupported(
                    'url',
                    'The certificates in solusvm2.ca_file of companion.local.php cannot be read'
                );
            }
            $options[CURLOPT_CAINFO] = $this->caFile;
            // The system's folder of certificates would be trusted beside the file. This folder holds none.
            $options[CURLOPT_CAPATH] = __DIR__;
        }
        $curl = curl_init();
        curl_setopt_array($curl, $options);
        curl_exec($curl);
        $number = curl_errno($curl);
        $text = curl_error($curl);
        $status = (int) curl_getinfo($curl, CURLINFO_HTTP_CODE);
        curl_close($curl);
        if (strlen($answer) > self::BYTES) {
            throw $this->failure('not_api', 'its response is larger than ' . self::BYTES . ' bytes', $status);
        }
        if (in_array($number, self::TLS, true)) {
            $remedy = '. Install a certificate that the WHMCS host trusts, or set solusvm2.ca_file in '
                . 'companion.local.php to the file of its authority';
            throw $this->failure(
                'tls',
                'its certificate is not trusted, or it does not use TLS (' . $text . ')' . $remedy,
                null
            );
        }
        if ($number !== 0) {
            throw $this->failure('unreachable', 'the WHMCS host cannot reach it (' . $text . ')', null);
        }

        return [$status, $answer];
    }

    /** The panel's own words, of a length that is readable. */
    private static function words(string $body): string
    {
        $answer = Json::arrays(Json::decode($body));
        $message = isset($answer['message']) && is_string($answer['message']) ? $answer['message'] : '';
        foreach (isset($answer['errors']) && is_array($answer['errors']) ? $answer['errors'] : [] as $field => $texts) {
            $message .= ' ' . $field . ': ' . implode(' ', array_filter((array) $texts, 'is_string'));
        }
        $message = trim(mb_substr((string) preg_replace('/\p{C}+/u', ' ', $message), 0, 300));

        return $message === '' ? '' : ' (it says: ' . $message . ')';
    }

    /** @param int|null $status of the response, null if there was none */
    private function failure(string $reason, string $what, ?int $status): Failure
    {
        $message = sprintf('The SolusVM 2 panel %s did not pass the test: %s', $this->url, $what);

        return new Failure(
            'connection',
            $this->secrets->mask($message),
            ['reason' => $reason, 'status' => $status],
            'Nothing was changed'
        );
    }

    /** The panel accepted the integration, and shows another one. */
    public function mismatch(): Failure
    {
        return $this->failure(
            'integration_mismatch',
            'it accepted the billing integration, but then it shows another one',
            200
        );
    }
}
