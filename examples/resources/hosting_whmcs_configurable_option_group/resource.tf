resource "hosting_whmcs_product_group" "dedicated" {
  name = "Dedicated servers"
}

resource "hosting_whmcs_product" "e3" {
  product_group_id = hosting_whmcs_product_group.dedicated.id
  name             = "Intel E3-1230"
  pay_type         = "recurring"
  prices = {
    USD = { monthly = "89.00" }
  }
}

# Keys such as memory and gb_64 exist only in Terraform. Customers see the names, which you can change.
resource "hosting_whmcs_configurable_option_group" "example" {
  name        = "Dedicated server extras"
  product_ids = [hosting_whmcs_product.e3.id]

  options = {
    memory = {
      name  = "memory|Memory"
      order = 1
      sub_options = {
        gb_32 = { name = "32|32 GB", order = 1 }
        gb_64 = {
          name  = "64|64 GB"
          order = 2
          prices = {
            USD = { monthly = "20.00", annually = "200.00" }
          }
        }
      }
    }

    ip_addresses = {
      name             = "ips|Additional IP addresses"
      type             = "quantity"
      quantity_maximum = 16
      order            = 2
      sub_options = {
        address = {
          name       = "IP address"
          prices     = { USD = { monthly = "2.50" } }
          setup_fees = { USD = { monthly = "1.00" } }
        }
      }
    }
  }
}
