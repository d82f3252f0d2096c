# Products that sell the servers of a TopLink DCIM (hardware.tf). A2, A7 and so on are the steps of the manual.
# README.md lists
# all steps. Step A1 comes first and stays by hand: unpack the TopLink module into WHMCS.

locals {
  # The price list. One entry is one product, which sells the package with the same key. A billing cycle that is not
  # listed is off.
  products = {
    e3-1230 = {
      name        = "Dedicated E3-1230"
      description = "4 cores, 32 GB memory, 480 GB SSD, 1 Gbps"
      prices = {
        USD = { monthly = "89.00", quarterly = "255.00", annually = "979.00" }
        INR = { monthly = "7400.00", quarterly = "21200.00", annually = "81400.00" }
      }
      setup_fees = {
        USD = { monthly = "25.00", quarterly = "25.00" }
        INR = { monthly = "2100.00", quarterly = "2100.00" }
      }
    }
    dual-gold-6130 = {
      name        = "Dedicated 2 x Gold 6130"
      description = "32 cores, 128 GB memory, 2 x 1.92 TB NVMe, 10 Gbps"
      prices = {
        USD = { monthly = "249.00", annually = "2739.00" }
        INR = { monthly = "20700.00", annually = "227700.00" }
      }
      setup_fees = {
        USD = { monthly = "49.00" }
        INR = { monthly = "4100.00" }
      }
    }
  }
}

# A2, A3: the key with which WHMCS calls the DCIM. The DCIM shows the secret once. Terraform passes it to the server
# below.
resource "hosting_dcim_api_key" "whmcs" {
  label        = "WHMCS"
  ip_addresses = var.whmcs_ip_addresses
}

# A7: the DCIM as a server in WHMCS.
resource "hosting_whmcs_server" "dcim" {
  name       = "TopLink DCIM"
  module     = "toplink_dcim"
  hostname   = var.dcim.hostname
  ip_address = var.dcim.ip_address
  secure     = var.dcim.secure
  port       = var.dcim.port

  username = hosting_dcim_api_key.whmcs.key
  password = hosting_dcim_api_key.whmcs.secret

  toplink_dcim = {
    username_prefix = var.platform
    hostname_format = "{label}-{ipv4}"
  }

  default_for_module = true

  # A8: the module connects with these values before WHMCS stores them. If it fails, WHMCS stores nothing.
  test_connection = true
}

# A9: the servers from which WHMCS chooses.
resource "hosting_whmcs_server_group" "dcim" {
  name       = "TopLink DCIM"
  fill_type  = "least_full"
  server_ids = [hosting_whmcs_server.dcim.id]
}

# A10: the product group and its products.
resource "hosting_whmcs_product_group" "dedicated" {
  name     = "Dedicated servers"
  headline = "Dedicated servers"
  tagline  = "Your own hardware, ready after the first payment"
}

resource "hosting_whmcs_product" "dedicated" {
  for_each = local.products

  product_group_id = hosting_whmcs_product_group.dedicated.id
  name             = each.value.name
  description      = each.value.description
  type             = "server"
  hidden           = false

  # A11: the module and its settings for this product.
  module          = "toplink_dcim"
  server_group_id = hosting_whmcs_server_group.dcim.id
  toplink_dcim = {
    connection_node      = "toplink_dcim"
    data_center          = var.platform
    package              = hosting_dcim_package.hardware[each.key].name
    suspend_action       = "close port"
    terminate_action     = "power off"
    client_vnc           = true
    client_power         = true
    client_reinstall     = true
    client_port_limits   = false
    client_hardware_info = true
  }

  # A12: set up when the first payment is received.
  auto_setup    = "on_payment"
  welcome_email = "Dedicated/VPS Server Welcome Email"

  # A13: prices for each currency and billing cycle.
  pay_type                  = "recurring"
  prices                    = each.value.prices
  setup_fees                = each.value.setup_fees
  allow_multiple_quantities = "no"

  # A15: the module's field for the operating system. The configuration does not list its choices. The link
  # "synchronise
  # system templates" of the module writes them.
  custom_fields = {
    operating_system = {
      name               = "Pre Install System"
      type               = "dropdown"
      required           = true
      show_on_order_form = true
    }
  }
}

# A14: configurable options of every product, and their prices.
resource "hosting_whmcs_configurable_option_group" "extras" {
  name        = "Dedicated server extras"
  product_ids = [for product in hosting_whmcs_product.dedicated : product.id]

  options = {
    ip_addresses = {
      name             = "ips|Additional IP addresses"
      type             = "quantity"
      quantity_maximum = 16
      order            = 1
      sub_options = {
        address = {
          name = "IP address"
          prices = {
            USD = { monthly = "2.50", quarterly = "7.50", annually = "30.00" }
            INR = { monthly = "210.00", quarterly = "630.00", annually = "2520.00" }
          }
        }
      }
    }
    support = {
      name  = "support|Support"
      type  = "radio"
      order = 2
      sub_options = {
        standard = { name = "standard|Working hours", order = 1 }
        extended = {
          name  = "extended|Around the clock"
          order = 2
          prices = {
            USD = { monthly = "29.00", quarterly = "87.00", annually = "348.00" }
            INR = { monthly = "2400.00", quarterly = "7200.00", annually = "28800.00" }
          }
        }
      }
    }
  }
}
