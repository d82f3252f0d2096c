# Terraform 1.11 or OpenTofu 1.11: state and plan do not contain the key. Increase the version to send a new key.
variable "solusvm2_api_key" {
  type      = string
  sensitive = true
  ephemeral = true
  default   = "change-me"
}

resource "hosting_whmcs_addon_module" "solusvm2" {
  module          = "solusvm2"
  on_destroy      = "deactivate"
  allow_data_loss = true
}

resource "hosting_solusvm2_billing_settings" "write_only" {
  api_connection = {
    url                = "https://panel.example.com"
    api_key_wo         = var.solusvm2_api_key
    api_key_wo_version = 1
  }
  depends_on = [hosting_whmcs_addon_module.solusvm2]
}
