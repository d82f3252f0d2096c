<?php

declare(strict_types=1);

namespace TerraformCompanion;

use TerraformCompanion\Kind\Kind;
use TerraformCompanion\Kind\TellsHooks;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * Runs the hook point of an operation, outside of any transaction.
 */
final class Hooks
{
    private $context;

    public function __construct(Context $context)
    {
        $this->context = $context;
    }

    /** @return string[] what went wrong, without secrets */
    public function run(string $op, Kind $kind, string $id): array
    {
        $hook = $kind->hook($op);
        if ($hook === null) {
            return [];
        }
        list($point, $key) = $hook;
        $errors = [];
        try {
            // A hook of the activity log may have left a transaction open.
            $this->context->db()->rollBack();
            $variables = $kind instanceof TellsHooks ? $kind->hookVariables($id) : [$key => (int) $id];
            if ($op === 'delete') {
                // The hook of a deletion gets the id only (documented).
                $variables = [$key => (int) $id];
            }
            $errors[] = $variables === null
                ? $point . ': did not run, because the object does not exist any more'
                : ThirdParty::hook($point, $variables);
            if ($this->context->db()->rollBack()) {
                $errors[] = $point . ': a hook left a transaction open, which has been rolled back';
            }
        } catch (\Throwable $error) {
            $errors[] = $point . ': could not run: ' . get_class($error);
        }

        return array_map([$this->context->secrets(), 'mask'], array_values(array_filter($errors, 'is_string')));
    }
}
