resource "hosting_whmcs_server" "frankfurt_1" {
  name     = "Frankfurt 1"
  module   = "samplevps"
  hostname = "fra1.example.com"
  username = "u"

  # Secrets cannot be read. To manage one, declare a sensitive variable and remove the comment.
  # access_hash = var.whmcs_server_frankfurt_1_access_hash
  # password = var.whmcs_server_frankfurt_1_password
}
