<?php

declare(strict_types=1);

namespace TerraformCompanion\SolusVm2;

use TerraformCompanion\Context;
use TerraformCompanion\Errors;
use TerraformCompanion\Failure;
use TerraformCompanion\Field\Text;
use TerraformCompanion\Json;
use TerraformCompanion\ReadBackError;
use TerraformCompanion\Validator;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Connects the addon to a panel, as its own screen does. The new URL and key are tested and stored. Then the panel's
 * billing integration is set to this WHMCS, with the addon's own token.
 */
final class Connect
{
    /** Host, port and path, without user, query and fragment. */
    private const ADDRESS = '#^https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?$#D';

    /** The next step if the panel was not restored. */
    private const REMEDY = 'Apply again, or check Settings > Billing integration in SolusVM 2';

    private $context;

    private $url;

    private $key;

    private $token;

    /** @var \stdClass the panel's billing integration before */
    private $former;

    public function __construct(Context $context)
    {
        $this->context = $context;
    }

    /** The values of a request as its digest may hold them. */
    public function secretFree(array $raw): array
    {
        if (isset($raw['api_key']) && is_string($raw['api_key'])) {
            $this->context->secrets()->remember($raw['api_key']);
            $raw['api_key'] = $this->context->secrets()->fingerprint($raw['api_key']);
        }

        return $raw;
    }

    /** Checks the form of the values. */
    public function take(array $raw): void
    {
        $errors = new Errors();
        foreach (array_diff(array_keys($raw), ['url', 'api_key']) as $name) {
            $errors->invalid((string) $name, 'is not a known field');
        }
        foreach (['url', 'api_key'] as $name) {
            if (!isset($raw[$name])) {
                $errors->invalid($name, 'is required. url and api_key change together');
            }
        }
        if (isset($raw['url'])) {
            $problem = Text::problem($raw['url']);
            if ($problem === null && !preg_match(self::ADDRESS, Panel::address($raw['url']))) {
                $problem = 'must be the http or https URL of the panel, without user, query and fragment';
            }
            if ($problem === null) {
                $problem = $this->transportProblem(Panel::address($raw['url']));
            }
            $problem === null ? $this->url = Panel::address($raw['url']) : $errors->invalid('url', $problem);
        }
        if (isset($raw['api_key'])) {
            $fits = is_string($raw['api_key']) && preg_match('/^[\x21-\x7e]{1,4096}$/D', $raw['api_key']);
            $fits ? $this->key = $raw['api_key'] : $errors->invalid(
                'api_key',
                'must be 1 to 4096 visible ASCII characters'
            );
        }
        $errors->raise();
    }

    /** The addon's token and the API key must not be sent unencrypted, unless the operator allows it for the host. */
    private function transportProblem(string $url): ?string
    {
        $host = (string) parse_url($url, PHP_URL_HOST);
        $port = parse_url($url, PHP_URL_PORT);
        $host .= $port === null ? '' : ':' . $port;
        if (stripos($url, 'https://') === 0 || SettingsMap::allowsHttp($this->context->config(), $host)) {
            return null;
        }

        return sprintf(
            'must be an https URL, because the API key and the addon\'s token are sent there. For a panel without '
                . 'TLS, the operator can add \'solusvm2\' => [\'http_hosts\' => [\'%s\']] to companion.local.php',
            $host
        );
    }

    /**
     * Throws if the live addon lacks a place that a connection needs. A dry run does not run the addon's declaration.
     * It therefore does not check places that only the declaration shows.
     */
    public function demandLocations(bool $isDryRun): void
    {
        $settings = $this->context->solusVm2();
        $kind = $this->context->kinds()->get('solusvm2_billing');
        $written = ['url' => '', 'api_key' => ''];
        (new Validator($this->context))->affected($kind, 'connect', SingleKind::ID, $written, null);
        $errors = new Errors();
        foreach (['url', 'api_key', 'integration_token'] as $field) {
            $exists = $settings->has($field);
            if ($isDryRun ? $exists === false : !$exists) {
                $errors->unsupported($field, $settings->explain($field));
            }
        }
        $errors->raise();
    }

    /** Checks every place that is needed, then tests the new URL and key. Nothing is stored. */
    public function test(): void
    {
        $settings = $this->context->solusVm2();
        $errors = new Errors();
        $this->demandLocations(false);
        $this->token = $settings->value('integration_token');
        $this->context->secrets()->remember($this->token);
        if ($this->token === '') {
            $errors->unsupported(
                'integration_token',
                'The addon has not created its token yet. Open the page of the addon in the admin area. '
                    . $settings->explain('integration_token')
            );
            $errors->raise();
        }
        $this->former = $this->panel()->test();
    }

    /**
     * Stores the new URL and key and integrates the panel.
     *
     * @return array type and url of the integration as the panel shows it
     */
    public function store(): array
    {
        $this->context->solusVm2()->write('url', $this->url);
        $this->context->solusVm2()->write('api_key', $this->key);
        $wanted = ['url' => $this->context->solusVm2()->integrationUrl(), 'token' => $this->token];
        $this->context->outsideChanges()->add('the panel\'s billing integration', function (): ?string {
            return $this->restore();
        }, self::REMEDY);
        $this->panel()->integrate((object) ['type' => 'whmcs', 'drivers' => ['whmcs' => $wanted]]);
        $shown = Json::arrays($this->panel()->integration());
        $driver = isset($shown['drivers']['whmcs']) && is_array($shown['drivers']['whmcs'])
            ? $shown['drivers']['whmcs']
            : [];
        // A panel may hide the token. That is not a failure.
        $shownToken = isset($driver['token']) && $driver['token'] !== '' ? $driver['token'] : $this->token;
        $url = isset($driver['url']) ? $driver['url'] : null;
        if (
            !isset($shown['type'])
            || $shown['type'] !== 'whmcs'
            || $url !== $wanted['url']
            || $shownToken !== $this->token
        ) {
            throw $this->panel()->mismatch();
        }

        return ['type' => 'whmcs', 'url' => $url];
    }

    /**
     * Whether what is stored now is the candidate.
     *
     * @param array $row as JSON shows it
     */
    public function confirm(array $row): void
    {
        $isStored = [
            'url' => $row['url'] === $this->url,
            'api_key' => $row['api_key_fingerprint'] === $this->context->secrets()->fingerprint($this->key),
        ];
        if (in_array(false, $isStored, true)) {
            throw new ReadBackError(array_search(false, $isStored, true));
        }
    }

    /**
     * Restores the panel's former integration.
     *
     * @return string|null a sentence about the new integration, if the panel had none and refuses to remove it
     */
    private function restore(): ?string
    {
        try {
            $now = Json::encode(Json::canonical($this->panel()->integration()));
            if ($now !== Json::encode(Json::canonical($this->former))) {
                $this->panel()->integrate($this->former);
            }
        } catch (Failure $failure) {
            if (isset($this->former->type) && $this->former->type !== '') {
                throw $failure;
            }

            return 'WHMCS was not changed. The panel had no billing integration before, and the new one could '
                . 'not be removed. The panel may now have the integration with this WHMCS. ' . self::REMEDY;
        }

        return null;
    }

    private function panel(): Panel
    {
        return new Panel(
            $this->url,
            $this->key,
            SettingsMap::caFile($this->context->config()),
            $this->context->secrets()
        );
    }
}
