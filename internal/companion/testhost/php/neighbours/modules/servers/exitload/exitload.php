<?php

/**
 * Ends the request when it is loaded, as modules without a licence do.
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

header('HTTP/1.1 500 Internal Server Error');
echo 'No licence for ', ROOTDIR, '/modules';
exit(1);
