import {
  to = hosting_whmcs_configurable_option_group.example
  id = "42"
}
