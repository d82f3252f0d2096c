# The KEY and the secret with which WHMCS calls the DCIM. Only the WHMCS server can use them.
resource "hosting_dcim_api_key" "example" {
  label        = "WHMCS"
  ip_addresses = ["203.0.113.10"]
}
