<?php
namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

use TerraformCompanion\Kind\Kind;

/**
 * What follows a commit: the audit trail and WHMCS's hooks. Nothing here can undo the write, so nothing here fails it.
 */
final class AfterWrite
{
    const WORDS = ['create' => 'created', 'update' => 'changed', 'delete' => 'deleted'];

    private $context;

    public function __construct(Context $context)
    {
        $this->context = $context;
    }

    /** @return array the payload with the hooks' errors */
    public function run($op, Kind $kind, array $payload)
    {
        $id = isset($payload['row']) ? $payload['row']['id'] : $payload['id'];
        $name = isset($payload['row']['name']) ? ' "' . $payload['row']['name'] . '"' : '';
        $text = sprintf('Terraform %s %s %s%s', self::WORDS[$op], str_replace('_', ' ', $kind->name()), $id, $name);
        ThirdParty::log($this->context->secrets()->mask($text));

        $hook = $kind->hook($op);
        if ($hook === null) {
            return $payload;
        }
        $errors = [];
        $problem = ThirdParty::hook($hook[0], [$hook[1] => (int) $id]);
        if ($problem !== null) {
            $errors[] = $problem;
        }
        if ($this->context->db()->rollBack()) {
            $errors[] = $hook[0] . ': a hook left a transaction open, which has been rolled back';
        }
        if (isset($payload['row'])) {
            $errors = array_merge($errors, $this->rewritten($kind, $id, $payload['row'], $hook[0]));
        }
        $payload['hook_errors'] = array_map([$this->context->secrets(), 'mask'], $errors);

        return $payload;
    }

    /** Other modules rewrite data inside hooks (seen). The answer keeps the committed row and says what changed since. */
    private function rewritten(Kind $kind, $id, array $row, $hook)
    {
        try {
            $now = $kind->fetchOne($id);
            if ($now === null) {
                return [$hook . ': a hook deleted the object'];
            }
            $now = $kind->present($now);
            $changed = array_filter(array_keys($row), function ($name) use ($row, $now) {
                return Json::encode($row[$name]) !== Json::encode($now[$name]);
            });

            return $changed ? [$hook . ': a hook changed ' . implode(', ', $changed)] : [];
        } catch (\Throwable $error) {
            return [$hook . ': the object could not be read again: ' . get_class($error)];
        }
    }
}
