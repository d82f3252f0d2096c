# Terraform 1.11 or OpenTofu 1.11: state and plan do not contain the password. Increase the version to send a new
# password.
variable "panel_password" {
  type      = string
  sensitive = true
  ephemeral = true
  default   = "change-me"
}

resource "hosting_whmcs_server" "write_only" {
  name                = "VPS node 1"
  module              = "samplevps"
  hostname            = "node1.example.com"
  username            = "whmcs"
  password_wo         = var.panel_password
  password_wo_version = 1
}
