resource "hosting_whmcs_product_addon" "ip_address" {
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
