resource "hosting_dcim_api_key" "whmcs" {
  label        = "WHMCS"
  ip_addresses = ["203.0.113.10"]
}

# The DCIM as a server of WHMCS. With test_connection = true, the module tests the connection before WHMCS stores
# the server.
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
