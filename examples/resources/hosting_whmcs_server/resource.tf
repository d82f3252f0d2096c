resource "hosting_dcim_api_key" "whmcs" {
  label        = "WHMCS"
  ip_addresses = ["203.0.113.10"]
}

# The DCIM as WHMCS sees it. Add test_connection = true to have the module's own test decide before anything is stored.
resource "hosting_whmcs_server" "example" {
  name       = "TopLink DCIM"
  module     = "toplink_dcim"
  hostname   = "dcim.example.com"
  ip_address = "203.0.113.20"
  secure     = true

  username = hosting_dcim_api_key.whmcs.key
  password = hosting_dcim_api_key.whmcs.secret

  toplink_dcim = {
    username_prefix = "mumbai"
    hostname_format = "{label}-{ipv4}"
  }

  default_for_module = true
}
