import {
  to = hosting_whmcs_addon_module.example
  id = "solusvm2"
}
