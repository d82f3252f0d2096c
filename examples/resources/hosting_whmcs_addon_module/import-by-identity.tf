import {
  to = hosting_whmcs_addon_module.example
  identity = {
    id = "solusvm2"
  }
}
