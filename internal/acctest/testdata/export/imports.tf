import {
  to = hosting_dcim_api_key.terraform
  id = "1"
}

import {
  to = hosting_dcim_package.legacy_e3
  id = "1"
}

import {
  to = hosting_dcim_package_servers.legacy_e3
  id = "1"
}

import {
  to = hosting_solusvm2_limit_group.default
  id = "1"
}

import {
  to = hosting_solusvm2_limit_group.no_limits
  id = "2"
}

import {
  to = hosting_whmcs_addon_module.legacy_tool
  id = "legacy_tool"
}

import {
  to = hosting_whmcs_configurable_option_group.location
  id = "1"
}

import {
  to = hosting_whmcs_product.legacy_vps
  id = "1"
}

import {
  to = hosting_whmcs_product.dedicated_cpu_if
  id = "2"
}

import {
  to = hosting_whmcs_product.twin
  id = "4"
}

import {
  to = hosting_whmcs_product.free_of_charge
  id = "5"
}

import {
  to = hosting_whmcs_product.with_a_module
  id = "6"
}

import {
  to = hosting_whmcs_product.of_toplink
  id = "7"
}

import {
  to = hosting_whmcs_product.with_fields
  id = "8"
}

import {
  to = hosting_whmcs_product.with_upgrades
  id = "9"
}

import {
  to = hosting_whmcs_product.srvr_dedicated_cpu_if
  id = "10"
}

import {
  to = hosting_whmcs_product_group.legacy_and_co
  id = "1"
}

import {
  to = hosting_whmcs_product_group.grosse_xl_and_more
  id = "2"
}

import {
  to = hosting_whmcs_product_group.srvr
  id = "3"
}

import {
  to = hosting_whmcs_server.frankfurt_1
  id = "1"
}

import {
  to = hosting_whmcs_server_group.frankfurt
  id = "1"
}
