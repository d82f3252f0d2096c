# One object of each resource type, as a user of 0.1.0 wrote it. The test replaces the words between @.
terraform {
  required_providers {
    hosting = { source = "hosting-iac/hosting" }
  }
}

provider "hosting" {
  whmcs {
    url        = "http://127.0.0.1:@WHMCS_PORT@"
    identifier = "@WHMCS_IDENTIFIER@"
    secret     = "@WHMCS_SECRET@"
  }
  dcim {
    url     = "http://127.0.0.1:@DCIM_PORT@"
    key     = "@DCIM_KEY@"
    secret  = "@DCIM_SECRET@"
    profile = "assumed"
  }
  solusvm2 {
    url   = "http://127.0.0.1:@SOLUSVM2_PORT@"
    token = "@SOLUSVM2_TOKEN@"
  }
}

resource "hosting_dcim_api_key" "whmcs" {
  label        = "WHMCS"
  ip_addresses = ["203.0.113.10", "2001:db8::10"]
}

resource "hosting_dcim_package" "one" {
  name          = "E3-1230"
  cpu_name      = "Intel Xeon E3-1230 v6"
  cpu_count     = 1
  memory_gb     = 32
  ip_count      = 1
  disks         = [{ type = "SSD", interface = "SATA", size = "480 GB" }]
  uplink_mbps   = 1000
  downlink_mbps = 1000
}

resource "hosting_dcim_package" "two" {
  name          = "2 x Gold 6130"
  cpu_name      = "Intel Xeon Gold 6130"
  cpu_count     = 2
  memory_gb     = 128
  ip_count      = 1
  disks         = [{ type = "SSD", interface = "NVMe", size = "1.92 TB" }]
  uplink_mbps   = 10000
  downlink_mbps = 10000
}

data "hosting_dcim_server" "one" {
  label = "BOM-A02-02"
}

resource "hosting_dcim_server_binding" "one" {
  server_id  = data.hosting_dcim_server.one.id
  package_id = hosting_dcim_package.two.id
}

data "hosting_dcim_servers" "many" {
  label_regex = "^BOM-A01-0[4-7]$"
}

resource "hosting_dcim_package_servers" "many" {
  package_id = hosting_dcim_package.one.id
  server_ids = data.hosting_dcim_servers.many.servers[*].id
}

resource "hosting_whmcs_server" "dcim" {
  name         = "TopLink DCIM"
  module       = "toplink_dcim"
  hostname     = "dcim.example.com"
  ip_address   = "203.0.113.20"
  secure       = true
  username     = hosting_dcim_api_key.whmcs.key
  password     = hosting_dcim_api_key.whmcs.secret
  toplink_dcim = { username_prefix = "mumbai", hostname_format = "{label}-{ipv4}" }
}

resource "hosting_whmcs_server_group" "dcim" {
  name       = "TopLink DCIM"
  fill_type  = "least_full"
  server_ids = [hosting_whmcs_server.dcim.id]
}

resource "hosting_whmcs_product_group" "dedicated" {
  name     = "Dedicated servers"
  headline = "Dedicated servers, R&D"
}

resource "hosting_whmcs_product" "e3_1230" {
  product_group_id = hosting_whmcs_product_group.dedicated.id
  name             = "Dedicated E3-1230"
  description      = "4 cores, 32 GB memory\n480 GB SSD"
  type             = "server"
  module           = "toplink_dcim"
  server_group_id  = hosting_whmcs_server_group.dcim.id
  toplink_dcim     = { package = hosting_dcim_package.one.name, suspend_action = "close port", terminate_action = "power off" }
  auto_setup       = "on_payment"
  pay_type         = "recurring"
  prices = {
    USD = { monthly = "89.00", annually = "979.00" }
    INR = { monthly = "7400.00", annually = "81400.00" }
  }
  setup_fees = {
    USD = { monthly = "25.00" }
    INR = { monthly = "2100.00" }
  }
  custom_fields = {
    operating_system = { name = "Pre Install System", type = "dropdown", required = true, show_on_order_form = true }
  }
}

resource "hosting_whmcs_configurable_option_group" "extras" {
  name        = "Dedicated server extras"
  product_ids = [hosting_whmcs_product.e3_1230.id]
  options = {
    support = {
      name = "support|Support"
      type = "radio"
      sub_options = {
        standard = { name = "standard|Working hours", order = 1 }
        extended = {
          name   = "extended|Around the clock"
          order  = 2
          prices = { USD = { monthly = "29.00" }, INR = { monthly = "2400.00" } }
        }
      }
    }
  }
}

resource "hosting_whmcs_addon_module" "solusvm2" {
  module           = "solusvm2"
  admin_role_names = ["Full Administrator"]
}

resource "hosting_solusvm2_api_token" "whmcs" {
  name = "WHMCS"
}

resource "hosting_solusvm2_limit_group" "new_users" {
  name                = "New post-pay users"
  max_servers         = 5
  max_running_servers = 5
  max_additional_ips  = 2
}

resource "hosting_solusvm2_billing_settings" "post_pay" {
  api_connection = {
    url     = "http://127.0.0.1:@SOLUSVM2_PORT@"
    api_key = hosting_solusvm2_api_token.whmcs.token
  }
  post_pay {
    enabled                 = true
    new_user_limit_group_id = hosting_solusvm2_limit_group.new_users.id
    terms_url               = "https://example.com/terms"
    invoice_grace_days      = 7
    lock_overdue_days       = 14
    suspend_overdue_days    = 21
  }
  token_prices = { USD = "0.0125", EUR = "0.0115", INR = "1.04" }
  depends_on   = [hosting_whmcs_addon_module.solusvm2]
}

resource "hosting_solusvm2_landing_page" "own" {
  content = "<h1>Cloud</h1>\n"
}

resource "hosting_whmcs_product_addon" "ip_address" {
  name               = "Additional IPv4 address"
  product_ids        = [hosting_whmcs_product.e3_1230.id]
  pay_type           = "recurring"
  show_on_order_form = true
  prices = {
    USD = { monthly = "2.00", annually = "20.00" }
    INR = { monthly = "170.00", annually = "1700.00" }
  }
  setup_fees = { USD = { monthly = "1.00" } }
}
