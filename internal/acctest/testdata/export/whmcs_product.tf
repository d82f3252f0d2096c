resource "hosting_whmcs_product" "legacy_vps" {
  name             = "Legacy VPS"
  module           = "samplevps"
  product_group_id = hosting_whmcs_product_group.legacy_and_co.id
  pay_type         = "recurring"
  hidden           = false
  retired          = false
  prices = {
    EUR = { monthly = "10.00" }
    INR = { monthly = "10.00" }
    USD = { monthly = "10.00" }
  }
  auto_setup    = "never"
  slug          = "legacy-vps"
  stock_control = false
  tax           = false
}

resource "hosting_whmcs_product" "dedicated_cpu_if" {
  name             = "Dedicated $${cpu} %%{if}"
  module           = ""
  product_group_id = hosting_whmcs_product_group.grosse_xl_and_more.id
  pay_type         = "recurring"
  hidden           = false
  retired          = false
  prices = {
    EUR = { monthly = "0.99" }
    INR = { monthly = "0.99" }
    USD = { monthly = "0.99" }
  }
  auto_setup    = "never"
  description   = <<EOT
One
two
EOT
  slug          = "dedicated-cpu-if"
  stock_control = false
  tax           = false
}

resource "hosting_whmcs_product" "twin" {
  name             = "Twin"
  module           = ""
  product_group_id = hosting_whmcs_product_group.grosse_xl_and_more.id
  pay_type         = "recurring"
  hidden           = false
  retired          = false
  prices = {
    EUR = { monthly = "2.99" }
    INR = { monthly = "2.99" }
    USD = { monthly = "2.99" }
  }
  auto_setup    = "never"
  slug          = "twin"
  stock_control = false
  tax           = false
}

resource "hosting_whmcs_product" "free_of_charge" {
  name             = "Free of charge"
  module           = ""
  product_group_id = hosting_whmcs_product_group.grosse_xl_and_more.id
  pay_type         = "free"
  hidden           = false
  retired          = false
  auto_setup       = "never"
  slug             = "free-of-charge"
  stock_control    = false
  tax              = false
}

resource "hosting_whmcs_product" "with_a_module" {
  name             = "With a module"
  module           = "samplevps"
  product_group_id = hosting_whmcs_product_group.grosse_xl_and_more.id
  server_group_id  = hosting_whmcs_server_group.frankfurt.id
  pay_type         = "recurring"
  hidden           = false
  retired          = false
  prices = {
    EUR = { monthly = "4.99" }
    INR = { monthly = "4.99" }
    USD = { monthly = "4.99" }
  }
  auto_setup    = "never"
  slug          = "with-a-module"
  stock_control = false
  tax           = false
}

resource "hosting_whmcs_product" "of_toplink" {
  name             = "Of TopLink"
  module           = "toplink_dcim"
  product_group_id = hosting_whmcs_product_group.grosse_xl_and_more.id
  pay_type         = "recurring"
  hidden           = false
  retired          = false
  prices = {
    EUR = { monthly = "5.99" }
    INR = { monthly = "5.99" }
    USD = { monthly = "5.99" }
  }
  auto_setup    = "never"
  slug          = "of-toplink"
  stock_control = false
  tax           = false
  toplink_dcim = {
    client_hardware_info = false
    client_port_limits   = false
    client_power         = false
    client_reinstall     = false
    client_vnc           = false
    data_center          = "Frankfurt"
    package              = hosting_dcim_package.legacy_e3.name
  }
}

resource "hosting_whmcs_product" "with_fields" {
  name             = "With fields"
  module           = ""
  product_group_id = hosting_whmcs_product_group.grosse_xl_and_more.id
  pay_type         = "recurring"
  hidden           = false
  retired          = false
  prices = {
    EUR = { monthly = "6.99" }
    INR = { monthly = "6.99" }
    USD = { monthly = "6.99" }
  }
  auto_setup = "never"
  custom_fields = {
    host_name = {
      name               = "Host name"
      type               = "text"
      admin_only         = false
      options            = []
      order              = 0
      required           = true
      show_on_invoice    = false
      show_on_order_form = false
    }
    os = {
      name               = "OS"
      type               = "dropdown"
      admin_only         = false
      options            = ["Debian", "A & B"]
      order              = 0
      required           = false
      show_on_invoice    = false
      show_on_order_form = false
    }
  }
  slug                = "with-fields"
  stock_control       = false
  tax                 = false
  upgrade_product_ids = [hosting_whmcs_product.with_upgrades.id]
}

resource "hosting_whmcs_product" "with_upgrades" {
  name             = "With upgrades"
  module           = ""
  product_group_id = hosting_whmcs_product_group.grosse_xl_and_more.id
  pay_type         = "recurring"
  hidden           = false
  retired          = false
  prices = {
    EUR = { monthly = "7.99" }
    INR = { monthly = "7.99" }
    USD = { monthly = "7.99" }
  }
  auto_setup          = "never"
  slug                = "with-upgrades"
  stock_control       = false
  tax                 = false
  upgrade_product_ids = ["8", "9"]
}

resource "hosting_whmcs_product" "srvr_dedicated_cpu_if" {
  name             = "Dedicated $${cpu} %%{if}"
  module           = ""
  product_group_id = hosting_whmcs_product_group.srvr.id
  pay_type         = "recurring"
  hidden           = false
  retired          = false
  prices = {
    EUR = { monthly = "8.99" }
    INR = { monthly = "8.99" }
    USD = { monthly = "8.99" }
  }
  auto_setup    = "never"
  description   = <<EOT
First line
second $${line}
	third
EOT
  slug          = "dedicated-cpu-if"
  stock_control = false
  tax           = false
}
