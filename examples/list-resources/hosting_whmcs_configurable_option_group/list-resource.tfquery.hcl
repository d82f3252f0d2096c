list "hosting_whmcs_configurable_option_group" "all" {
  provider         = hosting
  include_resource = true

  config {
    name_regex = "^Location"
  }
}
