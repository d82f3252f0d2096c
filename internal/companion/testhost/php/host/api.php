<?php

/**
 * includes/api.php: authentication, allow-list, role, action. Included by router.php, which set $match.
 */

declare(strict_types=1);

use TestHost\Actions;
use TestHost\Host;
use WHMCS\Database\Capsule;

require __DIR__ . '/Actions.php';
require __DIR__ . '/AddonActions.php';
require __DIR__ . '/AddonSettings.php';

$host = new Host(dirname(__DIR__), $match[1]);
$host->connect();
require __DIR__ . '/functions.php';

$refuse = function (int $status, string $message): void {
    http_response_code($status);
    header('Content-Type: application/json');
    echo json_encode(['result' => 'error', 'message' => $message]);
};
$parameter = function (string $name): string {
    return isset($_REQUEST[$name]) && is_string($_REQUEST[$name]) ? $_REQUEST[$name] : '';
};

$action = strtolower($parameter('action'));
if ($action === '') {
    $refuse(400, 'Empty action request');

    return;
}
$key = $host->setting('access_key');
$bypass = $key !== '' && hash_equals($key, $parameter('accesskey'));
if (!$bypass && !in_array($_SERVER['REMOTE_ADDR'], $host->setting('allowed_ips'), true)) {
    $refuse(403, 'Invalid IP ' . $_SERVER['REMOTE_ADDR']);

    return;
}
// Which of its two messages WHMCS gives for which mistake is not known.
$credential = Capsule::table('testhost_credentials')->where('identifier', $parameter('identifier'))->first();
if (!$credential && $parameter('identifier') !== '') {
    $refuse(403, 'Invalid or missing credentials');

    return;
}
if (!$credential || !hash_equals($credential->secret, hash('sha256', $parameter('secret')))) {
    $refuse(403, 'Authentication Failed');

    return;
}
if (!in_array($action, json_decode($credential->actions, true), true)) {
    $refuse(403, 'Invalid Permissions: API action "' . $action . '" is not allowed');

    return;
}
$_SESSION = ['adminid' => (int) $credential->admin_id];

// WHMCS may sanitise what arrives: text is entity-encoded before an action sees it (operator experience).
$sanitise = function ($value) use (&$sanitise) {
    return is_array($value) ? array_map($sanitise, $value) : htmlspecialchars($value, ENT_QUOTES);
};
$password = $parameter('password2');
$_REQUEST = $sanitise($_REQUEST);
$_REQUEST['password2'] = $password;

foreach (glob(ROOTDIR . '/includes/hooks/*.php') as $file) {
    require_once $file;
}
require __DIR__ . '/hooks.php';
// Hooks of a module are loaded where a list names it: AddonModulesHooks (seen), ModuleHooks (its form is assumed).
foreach (['AddonModulesHooks' => 'addons', 'ModuleHooks' => 'servers'] as $setting => $folder) {
    $list = (string) Capsule::table('tblconfiguration')->where('setting', $setting)->value('value');
    foreach (array_filter(explode(',', $list)) as $module) {
        if (is_file(ROOTDIR . "/modules/$folder/" . basename($module) . '/hooks.php')) {
            require_once ROOTDIR . "/modules/$folder/" . basename($module) . '/hooks.php';
        }
    }
}

$actions = new Actions();
if ($actions->has($action)) {
    $apiresults = $actions->run($action, $_REQUEST);
} elseif (is_file(ROOTDIR . '/includes/api/' . basename($action) . '.php')) {
    $apiresults = [];
    require ROOTDIR . '/includes/api/' . basename($action) . '.php';
    if (set_error_handler(null) !== null) {
        // WHMCS continues after an action. Its own notices must not reach the handler of other code.
        $apiresults = ['result' => 'error', 'message' => 'The action has left a handler of notices behind'];
    }
} else {
    $apiresults = ['result' => 'error', 'message' => 'API Function Not Found'];
}
header('Content-Type: application/json');
header('X-Testhost-Statements: ' . $host->statements());
header('X-Testhost-Memory: ' . memory_get_peak_usage());
echo json_encode($apiresults);
