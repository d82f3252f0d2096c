import {
  to = hosting_whmcs_configurable_option_group.example
  identity = {
    id = "42"
  }
}
