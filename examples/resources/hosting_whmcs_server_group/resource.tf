resource "hosting_whmcs_server" "mumbai" {
  name     = "TopLink DCIM Mumbai"
  module   = "toplink_dcim"
  hostname = "dcim-mumbai.example.com"
  secure   = true
}

resource "hosting_whmcs_server" "delhi" {
  name     = "TopLink DCIM Delhi"
  module   = "toplink_dcim"
  hostname = "dcim-delhi.example.com"
  secure   = true
}

# WHMCS provisions on the least full of these servers.
resource "hosting_whmcs_server_group" "example" {
  name       = "TopLink DCIM"
  fill_type  = "least_full"
  server_ids = [hosting_whmcs_server.mumbai.id, hosting_whmcs_server.delhi.id]
}
