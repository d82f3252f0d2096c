<?php

declare(strict_types=1);

namespace TerraformCompanion;

use TerraformCompanion\Kind\Kind;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * What follows a commit: the audit trail and WHMCS's hooks. Nothing here can undo the write, so nothing here fails it.
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
     * @param array $affected other objects that the write changed: kind and row before
     * @return array the payload with the hooks' errors
     */
    public function run(string $op, Kind $kind, array $payload, array $affected): array
    {
        $id = isset($payload['row']) ? $payload['row']['id'] : $payload['id'];
        $name = isset($payload['row']['name']) ? ': ' . $payload['row']['name'] : '';
        $text = sprintf('Terraform %s %s %s%s', self::WORDS[$op], str_replace('_', ' ', $kind->name()), $id, $name);
        ThirdParty::log($this->context->secrets()->mask($text));

        $errors = $payload['hook_errors'];
        foreach ($affected as list($other, $before)) {
            ThirdParty::log(sprintf(
                'Terraform changed %s %s with it',
                str_replace('_', ' ', $other->name()),
                $before['id']
            ));
            $errors = array_merge($errors, $this->fire($other->hook('update'), $before['id']));
        }
        // The hooks of a deletion have run before it.
        $hook = $op === 'delete' ? null : $kind->hook($op);
        $errors = array_merge($errors, $this->fire($hook, $id));
        if ($hook !== null && isset($payload['row'])) {
            $errors = array_merge($errors, $this->rewritten($kind, $id, $payload['row'], $hook[0]));
        }
        $payload['hook_errors'] = array_map([$this->context->secrets(), 'mask'], $errors);

        return $payload;
    }

    /**
     * @param string[]|null $hook name and variable of a hook point
     * @return string[] what went wrong
     */
    private function fire(?array $hook, string $id): array
    {
        if ($hook === null) {
            return [];
        }
        $errors = [];
        $problem = ThirdParty::hook($hook[0], [$hook[1] => (int) $id]);
        if ($problem !== null) {
            $errors[] = $problem;
        }
        if ($this->context->db()->rollBack()) {
            $errors[] = $hook[0] . ': a hook left a transaction open, which has been rolled back';
        }

        return $errors;
    }

    /**
     * Other modules rewrite data inside hooks (seen). The answer keeps the committed row and says what changed since.
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
