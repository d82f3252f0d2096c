<?php

declare(strict_types=1);

namespace TerraformCompanion\SolusVm2;

use TerraformCompanion\Context;
use TerraformCompanion\Kind\Kind;
use TerraformCompanion\Request;
use TerraformCompanion\Write\Write;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The operation `connect`: connects the SolusVM 2 addon to a panel. The panel is tested before anything is stored. The
 * connection is stored only if the panel accepted the connection back to WHMCS.
 */
final class ConnectWrite extends Write
{
    /** @var Connect */
    private $connect;

    /** @var bool */
    private $isTested = false;

    public function __construct(Context $context, Kind $kind, ?string $id, Request $request)
    {
        parent::__construct($context, $kind, $id, $request);
        $this->connect = new Connect($context);
    }

    public function op(): string
    {
        return 'connect';
    }

    public function prepare(): void
    {
        $this->connect->take($this->raw);
        $this->validator->expectForm($this->kind, $this->expect);
        $this->kind->prepare([], $this->id, $this->expect);
    }

    public function beforeTransaction(): void
    {
        if ($this->isTested) {
            return;
        }
        $this->validator->compare($this->kind, $this->expect, $this->found(false));
        $this->connect->test();
        $this->isTested = true;
    }

    public function inTransaction(): array
    {
        $before = $this->found(true);
        $this->validator->compare($this->kind, $this->expect, $before);
        $integration = $this->connect->store();
        $row = $this->readBack($this->id, []);
        $this->connect->confirm($row);
        $this->journal($this->id, $this->kind->present($before), $row);

        return ['row' => $row, 'integration' => $integration, 'hook_errors' => []];
    }

    protected function withoutSecrets(array $raw): array
    {
        return $this->connect->secretFree($raw);
    }
}
