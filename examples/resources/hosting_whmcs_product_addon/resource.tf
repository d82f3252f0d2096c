resource "hosting_whmcs_product_group" "dedicated" {
  name = "Dedicated servers"
}

resource "hosting_whmcs_product" "e3_1230" {
  product_group_id = hosting_whmcs_product_group.dedicated.id
  name             = "Dedicated E3-1230"
  pay_type         = "free"
}

# An addon that customers can order with the product.
resource "hosting_whmcs_product_addon" "example" {
  name               = "Additional IPv4 address"
  description        = "One more IPv4 address for your server."
  product_ids        = [hosting_whmcs_product.e3_1230.id]
  pay_type           = "recurring"
  show_on_order_form = true
  tax                = true

  prices = {
    USD = { monthly = "2.00", annually = "20.00" }
    EUR = { monthly = "1.90", annually = "19.00" }
  }
  setup_fees = {
    USD = { monthly = "1.00" }
  }
}
