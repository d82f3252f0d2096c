<?php

/**
 * A test host that looks like WHMCS to the companion. It is not WHMCS and holds none of its code. It serves many
 * installations, each a database of its own, under /i/<name>/; `php -S` runs this file for every request.
 *
 * It rests on these facts, with their grades: the transport of includes/api.php – credentials (doc), exact allow-list
 * and access key (doc), messages and statuses of refusals (seen); custom actions as files of includes/api that assign
 * $apiresults (seen); hooks in includes/hooks, the hook point LogActivity, localAPI, logActivity, run_hook and the
 * shapes of the official actions (doc), of which ActivateModule and its sisters assume what host/AddonActions.php says;
 * the SolusVM 2 addon as its file says; the lists of active addon modules and of those with hooks in tblconfiguration
 * (seen); the list of server modules with hooks there (its name seen, its form assumed); the tables of schema.sql
 * (seen, some assumed, as said there); encrypt and decrypt, which give another text each time (doc, for
 * EncryptPassword). An installation may be an old one, with utf8mb3 and an SQL mode that is not strict (operator
 * experience), and with query results as plain arrays (Illuminate 5.2).
 * What it does beyond them is the test host's own.
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
