resource "hosting_whmcs_product_group" "managed" {
  name = "Managed servers"
}

# Fields on the order form. If a module created a field, for example "Pre Install System" of TopLink, it is taken
# over by name.
resource "hosting_whmcs_product" "managed" {
  product_group_id = hosting_whmcs_product_group.managed.id
  name             = "Managed server"
  pay_type         = "recurring"
  prices = {
    USD = { monthly = "149.00" }
    INR = { monthly = "12400.00" }
  }

  custom_fields = {
    hostname = {
      name               = "Host name"
      required           = true
      show_on_order_form = true
      validation_regex   = "/^[a-z0-9.-]+$/"
    }
    system = {
      name               = "os|Operating system"
      type               = "dropdown"
      options            = ["Debian 12", "AlmaLinux 9"]
      show_on_order_form = true
      order              = 1
    }
  }
}
