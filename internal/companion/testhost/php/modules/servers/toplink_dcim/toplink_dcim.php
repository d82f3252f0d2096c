<?php

/**
 * A sample of a TopLink DCIM server module, for tests. The order of options was seen on the real module's screen.
 * Names, other values and the request of the connection test are assumptions of the test host.
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

function toplink_dcim_MetaData(): array
{
    return ['DisplayName' => 'Toplink DCIM', 'APIVersion' => '1.1', 'RequiresServer' => true];
}

function toplink_dcim_ConfigOptions(array $params = []): array
{
    $actions = ['close port', 'power off', 'close port and power off', 'none'];

    return [
        'Connection Node' => ['Type' => 'text', 'Size' => 25],
        'Data Center' => ['Type' => 'text', 'Size' => 25],
        'Package' => ['Type' => 'text', 'Size' => 25],
        'Suspend Action' => ['Type' => 'dropdown', 'Options' => implode(',', $actions), 'Default' => 'close port'],
        'Terminate Action' => ['Type' => 'dropdown', 'Options' => $actions, 'Default' => 'power off'],
        'Client VNC/IPMI' => ['Type' => 'yesno'],
        'Client Power' => ['Type' => 'yesno'],
        'Client Reinstall' => ['Type' => 'yesno'],
        'Client Port Limits' => ['Type' => 'yesno'],
        'Client Hardware Info' => ['Type' => 'yesno'],
    ];
}

function toplink_dcim_TestConnection(array $params): array
{
    $secure = $params['serverhttpprefix'] === 'https';
    $address = $params['serverip'] !== '' ? $params['serverip'] : $params['serverhostname'];
    $port = $params['serverport'] !== '' ? (int) $params['serverport'] : ($secure ? 443 : 80);
    if (strpos($address, ':') !== false) {
        $address = '[' . $address . ']';
    }
    $context = stream_context_create([
        'http' => [
            'header' => [
                'Host: ' . $params['serverhostname'],
                'X-Api-Key: ' . $params['serverusername'],
                'X-Api-Secret: ' . $params['serverpassword'],
                'Accept: application/json',
                'Connection: close',
            ],
            'ignore_errors' => true,
            'follow_location' => 0,
            'timeout' => 5,
        ],
        // Panels on a private address rarely have a certificate for it.
        'ssl' => ['verify_peer' => false, 'verify_peer_name' => false],
    ]);
    $url = sprintf('%s://%s:%d/api/v1/system-api-keys?per_page=1', $params['serverhttpprefix'], $address, $port);
    $body = @file_get_contents($url, false, $context);
    if (
        $body === false
        || !isset($http_response_header[0])
        || !preg_match('#^HTTP/\S+ (\d{3})#', $http_response_header[0], $match)
    ) {
        return ['success' => false, 'error' => sprintf('No response from %s port %d', $address, $port)];
    }
    $status = (int) $match[1];
    if ($status === 200) {
        return ['success' => true, 'error' => ''];
    }
    $answer = json_decode($body, true);
    if (in_array($status, [401, 403], true) && isset($answer['message']) && is_string($answer['message'])) {
        return ['success' => false, 'error' => $answer['message']];
    }

    $error = sprintf('%s port %d responds with HTTP status %d', $address, $port, $status);

    return ['success' => false, 'error' => $error];
}
