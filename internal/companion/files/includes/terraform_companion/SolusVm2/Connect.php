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
 * Connects the addon to a panel, as its own screen does: the candidate address and key are tested, stored, and the
 * panel's billing integration is brought to this WHMCS with the addon's own token.
 */
final class Connect
{
    /** Host, port and path; no user, query or fragment. */
    private const ADDRESS = '#^https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?$#D';

    /** What to do where the panel is not as it was. */
    private const REMEDY = 'apply again, or look at Settings > Billing integration in SolusVM 2';

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
                $errors->invalid($name, 'is required: address and key change together');
            }
        }
        if (isset($raw['url'])) {
            $problem = Text::problem($raw['url']);
            if ($problem === null && !preg_match(self::ADDRESS, Panel::address($raw['url']))) {
                $problem = 'must be the http or https address of the panel, without user, query and fragment';
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

    /** The addon's token and the API key must not travel in the clear, unless the operator allows it for the host. */
    private function transportProblem(string $url): ?string
    {
        $host = (string) parse_url($url, PHP_URL_HOST);
        $port = parse_url($url, PHP_URL_PORT);
        $host .= $port === null ? '' : ':' . $port;
        if (stripos($url, 'https://') === 0 || SettingsMap::allowsHttp($this->context->config(), $host)) {
            return null;
        }

        return sprintf(
            'must be an https address, because the API key and the addon\'s token are sent there. For a panel without '
                . 'TLS the operator can add \'solusvm2\' => [\'http_hosts\' => [\'%s\']] to companion.local.php',
            $host
        );
    }

    /**
     * Refuses what a connection needs and the live addon does not have. A dry run asks nobody, so what only the addon
     * itself could say is not judged.
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

    /** Looks for every place that is needed, then tests the candidate. Nothing is stored. */
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
                'the addon has not made its own token yet: open it once in the admin area, or say where the token is. '
                    . $settings->explain('integration_token')
            );
            $errors->raise();
        }
        $this->former = $this->panel()->test();
    }

    /**
     * Stores the candidate and integrates the panel.
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
        // A panel that did not show the token would be no reason to fail.
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
     * Puts the panel's former integration back.
     *
     * @return string|null what is left where it had none, which it need not take
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

            return 'In WHMCS nothing was changed. The panel had no billing integration before and could not be '
                . 'brought back to none, so it may have the one with'
                . ' this WHMCS now: ' . self::REMEDY;
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
