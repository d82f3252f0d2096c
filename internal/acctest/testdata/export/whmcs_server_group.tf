resource "hosting_whmcs_server_group" "frankfurt" {
  name       = "Frankfurt"
  server_ids = [hosting_whmcs_server.frankfurt_1.id]
}
