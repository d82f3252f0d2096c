<?php

/**
 * A test host that looks like WHMCS to the companion. It is not WHMCS and contains none of its code. It serves many
 * installations under /i/<name>/, each with a database of its own. `php -S` runs this file for every request.
 *
 * It copies these facts:
 * - the transport of includes/api.php: credentials, exact allow-list and access key (documented), messages and statuses
 *   of refusals (seen),
 * - custom actions, which are files of includes/api that assign $apiresults (seen),
 * - hooks in includes/hooks, the hook point LogActivity, localAPI, logActivity, run_hook, and the official actions
 *   (documented). host/AddonActions.php lists the assumptions about actions on addon modules,
 * - the SolusVM 2 addon, as its file says,
 * - the lists of active addon modules and of addon modules with hooks in tblconfiguration (seen),
 * - the list of server modules with hooks there (name seen, form assumed),
 * - the tables of schema.sql (seen, some assumed, as it says),
 * - encrypt and decrypt, which return another text each time (documented for EncryptPassword).
 *
 * An installation may be an old one, with utf8mb3 and an SQL mode that is not strict (operator experience). Its query
 * results are plain arrays (Illuminate 5.2). All other behaviour is specific to the test host.
 */

declare(strict_types=1);

require __DIR__ . '/host/Host.php';

$path = (string) parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if (strpos($path, '/_testhost/') === 0) {
    require __DIR__ . '/host/Control.php';
    (new TestHost\Control(__DIR__))->serve(substr($path, strlen('/_testhost/')));
} elseif (
    preg_match('#^/i/([a-z0-9_]+)/includes/api\.php$#D', $path, $match)
    && TestHost\Host::exists(__DIR__, $match[1])
) {
    require __DIR__ . '/host/api.php';
} else {
    http_response_code(404);
    header('Content-Type: text/html');
    echo '<html><body><h1>Oops!</h1><p>There is no such page on this test host.</p></body></html>';
}
