list "hosting_dcim_api_key" "all" {
  provider         = hosting
  include_resource = true

  config {
    label_regex = "^WHMCS"
  }
}
