# Both manuals in one apply: dedicated servers of a TopLink DCIM, and post-pay billing of SolusVM 2 servers.

module "dedicated" {
  source = "../toplink-dcim"

  whmcs_ip_addresses = var.whmcs_ip_addresses
  dcim               = var.dcim
  platform           = var.platform
}

module "cloud" {
  source = "../solusvm2-postpay"

  panel_url             = var.panel_url
  token_prices          = var.token_prices
  terms_url             = var.terms_url
  landing_page          = var.landing_page
  deactivate_on_destroy = var.deactivate_on_destroy
}
