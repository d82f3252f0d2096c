# If the resource is removed from the configuration, WHMCS hides and retires the product. Its services continue.
resource "hosting_whmcs_product_group" "vps" {
  name       = "Virtual servers"
  on_destroy = "hide"
}

variable "panel_token" {
  type      = string
  sensitive = true
  default   = "change-me"
}

# Another module: options by the names that the module declares, or by number. Passwords are in the sensitive map.
resource "hosting_whmcs_product" "vps" {
  product_group_id = hosting_whmcs_product_group.vps.id
  name             = "VPS small"
  pay_type         = "recurring"
  prices = {
    USD = { monthly = "9.00" }
    INR = { monthly = "750.00" }
  }

  module = "samplevps"
  module_options = {
    "Plan"    = "small"
    "Disk"    = "20"
    "Backups" = "on"
  }
  sensitive_module_options = {
    "Token" = var.panel_token
  }

  stock_control    = true
  initial_quantity = 20
  on_destroy       = "retire"
}
