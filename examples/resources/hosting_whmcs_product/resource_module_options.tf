# What was sold stays, out of sight, when it leaves the configuration.
resource "hosting_whmcs_product_group" "vps" {
  name       = "Virtual servers"
  on_destroy = "hide"
}

# Any other module: its settings by the names it declares, or by number.
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
    "Backups" = "on"
  }

  stock_control    = true
  initial_quantity = 20
  on_destroy       = "retire"
}
