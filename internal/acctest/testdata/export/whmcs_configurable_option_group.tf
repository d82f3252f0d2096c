resource "hosting_whmcs_configurable_option_group" "location" {
  name = "Location"
  options = {
    city = {
      name   = "City"
      type   = "dropdown"
      hidden = false
      sub_options = {
        berlin = {
          name   = "Berlin"
          hidden = false
          prices = {
            EUR = { monthly = "1.00" }
            INR = { monthly = "1.00" }
            USD = { monthly = "1.00" }
          }
        }
        paris_more = {
          name   = "Paris & more"
          hidden = false
        }
      }
    }
  }
  product_ids = [hosting_whmcs_product.dedicated_cpu_if.id, hosting_whmcs_product.with_a_module.id]
}
