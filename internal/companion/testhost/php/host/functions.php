<?php
/**
 * The global functions that WHMCS gives to modules, hooks and API actions (doc).
 */
use TestHost\Actions;
use TestHost\Host;
use WHMCS\Database\Capsule;

function add_hook($point, $priority, $function)
{
    Host::current()->addHook($point, $priority, $function);
}

function run_hook($point, $variables)
{
    return Host::current()->runHook($point, $variables);
}

function logActivity($text)
{
    Capsule::table('tblactivitylog')->insert([
        'date' => date('Y-m-d H:i:s'),
        'description' => $text,
        'user' => 'Admin',
        'userid' => 0,
        'ipaddr' => $_SERVER['REMOTE_ADDR'],
    ]);
}

function localAPI($action, $values = [], $admin = '')
{
    return (new Actions())->run($action, $values);
}

function encrypt($text)
{
    return Host::current()->encrypt($text);
}

function decrypt($text)
{
    return Host::current()->decrypt($text);
}
