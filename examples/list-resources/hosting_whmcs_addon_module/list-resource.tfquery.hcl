list "hosting_whmcs_addon_module" "all" {
  provider         = hosting
  include_resource = true

  config {
    module_regex = "^solusvm2$"
  }
}
