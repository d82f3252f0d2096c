# From a DCIM with servers in it to products that customers can order. The numbers (A2, A7, ...) are the steps of the
# manual's runbook; README.md lists them all. A1, unpacking the TopLink module into WHMCS, comes first and is done by hand.

locals {
  # The price list. One entry is one product; a billing cycle that is left out is switched off.
  products = {
    e3-1230 = {
      name        = "Dedicated E3-1230"
      description = "4 cores, 16 GB memory, 1 TB disk, 100 Mbps"
      package     = "E3-1230"
      pricing = {
        USD = {
          monthly   = { price = "89.00", setup_fee = "25.00" }
          quarterly = { price = "255.00", setup_fee = "25.00" }
          annually  = { price = "979.00" }
        }
        INR = {
          monthly   = { price = "7400.00", setup_fee = "2100.00" }
          quarterly = { price = "21200.00", setup_fee = "2100.00" }
          annually  = { price = "81400.00" }
        }
      }
    }
    dual-e5-2680 = {
      name        = "Dedicated 2 x E5-2680"
      description = "28 cores, 128 GB memory, 2 x 1.9 TB SSD, 1 Gbps"
      package     = "E5-2680x2"
      pricing = {
        USD = {
          monthly  = { price = "249.00", setup_fee = "49.00" }
          annually = { price = "2739.00" }
        }
        INR = {
          monthly  = { price = "20700.00", setup_fee = "4100.00" }
          annually = { price = "227700.00" }
        }
      }
    }
  }
}

# A2, A3: the key with which WHMCS calls the DCIM. The DCIM shows the secret once; here it goes straight into the server below.
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

  # A8: the module connects with these values before they are stored. When it cannot, nothing is.
  test_connection = true
}

# A9: the servers among which WHMCS chooses.
resource "hosting_whmcs_server_group" "dcim" {
  name       = "TopLink DCIM"
  fill_type  = "least_full"
  server_ids = [hosting_whmcs_server.dcim.id]
}

# A10: the heading on the order form, and the products below it.
resource "hosting_whmcs_product_group" "dedicated" {
  name     = "Dedicated servers"
  headline = "Dedicated servers"
  tagline  = "Your own hardware, ready when the first payment arrives"
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
    package              = each.value.package
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
  pricing                   = each.value.pricing
  allow_multiple_quantities = "separate_services"
}
