resource "hosting_whmcs_product_group" "dedicated" {
  name = "Dedicated servers"
}

# A server with monthly and annual prices in two currencies. A billing cycle that is not listed is off.
resource "hosting_whmcs_product" "example" {
  product_group_id = hosting_whmcs_product_group.dedicated.id
  name             = "Dedicated E3-1230"
  type             = "server"
  description      = "4 cores, 16 GB memory, 1 TB disk"

  pay_type = "recurring"
  prices = {
    USD = { monthly = "89.00", annually = "979.00" }
    INR = { monthly = "7400.00", annually = "81400.00" }
  }
  setup_fees = {
    USD = { monthly = "25.00" }
    INR = { monthly = "2100.00" }
  }

  auto_setup = "on_payment"
  module     = "toplink_dcim"
  toplink_dcim = {
    package          = "E3-1230"
    suspend_action   = "close port"
    terminate_action = "power off"
    client_power     = true
    client_reinstall = true
  }
}
