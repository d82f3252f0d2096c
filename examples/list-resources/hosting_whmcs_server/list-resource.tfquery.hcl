list "hosting_whmcs_server" "all" {
  provider         = hosting
  include_resource = true

  config {
    module = "toplink_dcim"
  }
}
