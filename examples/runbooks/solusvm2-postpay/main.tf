# From a SolusVM 2 panel and its unpacked addon to servers that customers use first and pay at the end of the month. The numbers (B3, B4, ...)
# are the steps of the manual's runbook; README.md lists them all. B2, unpacking the addon into WHMCS's modules/addons, comes first and is done by hand.

# B3: the addon is active, and these administrators may use it.
resource "hosting_whmcs_addon_module" "solusvm2" {
  module           = "solusvm2"
  admin_role_names = var.admin_role_names

  # Deactivating deletes the addon's settings, so a destroy leaves it active unless that is wanted.
  on_destroy      = var.deactivate_on_destroy ? "deactivate" : "keep"
  allow_data_loss = var.deactivate_on_destroy
}

# B4: the key with which WHMCS calls SolusVM 2. The panel shows it once; here it goes straight into the connection below.
resource "hosting_solusvm2_api_token" "whmcs" {
  name = "WHMCS"
}

# B8: what a new post-pay customer may use at most.
resource "hosting_solusvm2_limit_group" "new_users" {
  name                = "New post-pay users"
  max_servers         = var.new_user_limits.servers
  max_running_servers = var.new_user_limits.running_servers
  max_additional_ips  = var.new_user_limits.additional_ips
}

resource "hosting_solusvm2_billing_settings" "post_pay" {
  # B4, B5, B14: WHMCS tests the address and the key before it stores them. B15: then it writes the panel's billing integration.
  api_connection = {
    url     = var.panel_url
    api_key = hosting_solusvm2_api_token.whmcs.token
  }

  # B15: another value here connects again, which repairs the panel's billing integration.
  reconnect_triggers = { on = var.reconnect_on }

  post_pay {
    # B6: the landing page can be reached, and the menus have "Cloud Hosting".
    enabled = true
    # B8 to B12.
    new_user_limit_group_id = hosting_solusvm2_limit_group.new_users.id
    terms_url               = var.terms_url
    invoice_grace_days      = var.overdue_days.invoice_grace
    lock_overdue_days       = var.overdue_days.lock
    suspend_overdue_days    = var.overdue_days.suspend
  }

  # B13: the addon demands a price for every active currency.
  token_prices = var.token_prices

  on_destroy = "disable_post_pay"

  # The addon has no settings before it is active.
  depends_on = [hosting_whmcs_addon_module.solusvm2]
}

# B7: the landing page in your own words, where the operator of WHMCS allows it.
resource "hosting_solusvm2_landing_page" "own" {
  count = var.landing_page == null ? 0 : 1

  content = var.landing_page
}
