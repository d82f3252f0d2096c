<?php

declare(strict_types=1);

namespace TerraformCompanion;

use TerraformCompanion\Kind\Kind;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The steps after a commit: the audit trail and the hooks of WHMCS. The write is committed, so no step may fail it.
 */
final class AfterWrite
{
    private const WORDS = [
        'create' => 'created',
        'update' => 'changed',
        'delete' => 'deleted',
        'connect' => 'connected',
    ];

    private $context;

    public function __construct(Context $context)
    {
        $this->context = $context;
    }

    /**
     * Runs the hooks of the written object. The hooks of other objects that the write changed do not run: WHMCS
     * documents each hook for the object that is saved.
     *
     * @param array $affected other objects that the write changed: kind and row before
     * @return array the payload with the hooks' errors
     */
    public function run(string $op, Kind $kind, array $payload, array $affected): array
    {
        $id = isset($payload['row']) ? $payload['row']['id'] : $payload['id'];
        $name = isset($payload['row']['name']) ? ': ' . $payload['row']['name'] : '';
        $text = sprintf('Terraform %s %s %s%s', self::WORDS[$op], str_replace('_', ' ', $kind->name()), $id, $name);
        ThirdParty::log($this->context->secrets()->mask($text));
        foreach ($affected as list($other, $before)) {
            ThirdParty::log(sprintf(
                'Terraform changed %s %s with it',
                str_replace('_', ' ', $other->name()),
                $before['id']
            ));
        }

        $errors = array_map([$this->context->secrets(), 'mask'], $payload['hook_errors']);
        // The hooks of a deletion have run before it.
        $hook = $op === 'delete' ? null : $kind->hook($op);
        if ($hook !== null) {
            $errors = array_merge($errors, (new Hooks($this->context))->run($op, $kind, $id));
        }
        if ($hook !== null && isset($payload['row'])) {
            $errors = array_merge($errors, $this->rewritten($kind, $id, $payload['row'], $hook[0]));
        }
        $payload['hook_errors'] = $errors;

        return $payload;
    }

    /**
     * Other modules change data inside hooks (seen). The response has the committed row and names later changes.
     */
    private function rewritten(Kind $kind, string $id, array $row, string $hook): array
    {
        try {
            $now = $kind->fetchOne($id);
            if ($now === null) {
                return [$hook . ': a hook deleted the object'];
            }
            $now = $kind->present($now);
            $changed = array_filter(array_keys($row), function ($name) use ($row, $now): bool {
                return Json::encode($row[$name]) !== Json::encode($now[$name]);
            });

            return $changed ? [$hook . ': a hook changed ' . implode(', ', $changed)] : [];
        } catch (\Throwable $error) {
            return [$hook . ': the object could not be read again: ' . get_class($error)];
        }
    }
}
