<?php

declare(strict_types=1);

namespace TerraformCompanion;

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

/**
 * The two operations that run a server module's code: its connection test and its option schema. Nothing is stored.
 */
final class Connection
{
    private $context;

    private $validator;

    public function __construct(Context $context, Validator $validator)
    {
        $this->context = $context;
        $this->validator = $validator;
    }

    public function test(Request $request): array
    {
        $id = $request->get('id') === null ? null : $request->id();
        $raw = $request->object('values');
        $this->validator->checkSafetySettings('test_connection', 'server', null);
        $this->validator->sameInstallation($request);
        $kind = $this->context->kinds()->get('server');
        $this->validator->rememberSecrets($kind, $raw);
        $values = $this->validator->values($kind, $raw, false);
        $stored = null;
        $before = null;
        if ($id !== null) {
            $stored = $this->context->db()->row($kind->query()->where('id', (int) $id));
            if ($stored === null) {
                throw Failure::notFound('server', $id);
            }
            $before = $kind->fetchOne($id);
        } elseif (!isset($values['module'])) {
            throw Failure::invalid('module', 'is required');
        }
        $errors = new Errors();
        $kind->rules($values, $before, [], $errors);
        $errors->raise();
        $module = isset($values['module']) ? $values['module'] : $before['module'];
        $host = isset($values['hostname']) ? $values['hostname'] : ($before === null ? '' : $before['hostname']);
        ThirdParty::log(sprintf('Terraform tests the connection of the module %s to %s', $module, $host));
        $answer = $this->context->modules()->testConnection($module, $kind->connection($values, $stored));
        $answer['error'] = $this->context->secrets()->mask($answer['error']);

        return $answer;
    }

    public function schema(Request $request): array
    {
        $module = $request->text('module');
        $this->validator->checkSafetySettings('module_schema', null, null);
        $this->validator->sameInstallation($request);
        if (!Modules::isName($module)) {
            throw Failure::invalid('module', 'must be the name of a module');
        }
        $id = $request->get('id') === null ? null : $request->id();
        $group = $request->get('server_group_id') === null ? '0' : $request->id('server_group_id');
        $schema = $this->context->modules()->schema($module, Field\ModuleOptions::page($id, $group));

        return [
            'module' => $module,
            'display_name' => $schema['display_name'],
            'options' => array_map(function (array $option): array {
                unset($option['key']);
                if ($option['label'] === '') {
                    unset($option['label']);
                }
                // The type says what a switch may hold.
                $option['choices'] = $option['type'] === 'yesno' ? null : $option['choices'];

                return $option;
            }, $schema['options']),
        ];
    }
}
