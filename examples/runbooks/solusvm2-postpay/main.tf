# Post-pay billing of SolusVM 2 servers in WHMCS. B3, B4 and so on are the steps of the manual. README.md lists all
# steps.
# Step B2 comes first and stays by hand: unpack the addon into modules/addons of WHMCS.

# B3: the addon, and the administrators who can use it.
resource "hosting_whmcs_addon_module" "solusvm2" {
  module           = "solusvm2"
  admin_role_names = var.admin_role_names

  # Deactivation deletes the settings of the addon. By default, a destroy leaves the addon active.
  on_destroy      = var.deactivate_on_destroy ? "deactivate" : "keep"
  allow_data_loss = var.deactivate_on_destroy
}

# B4: the key with which WHMCS calls SolusVM 2. The panel shows it once. Terraform passes it to the connection below.
resource "hosting_solusvm2_api_token" "whmcs" {
  name = "WHMCS"
}

# B8: the limits of a new post-pay customer.
resource "hosting_solusvm2_limit_group" "new_users" {
  name                = "New post-pay users"
  max_servers         = var.new_user_limits.servers
  max_running_servers = var.new_user_limits.running_servers
  max_additional_ips  = var.new_user_limits.additional_ips
}

resource "hosting_solusvm2_billing_settings" "post_pay" {
  # B4, B5, B14: WHMCS tests the URL and the key before it stores them. B15: then it writes the billing integration
  # of the panel.
  api_connection = {
    url     = var.panel_url
    api_key = hosting_solusvm2_api_token.whmcs.token
  }

  # B15: a new value connects again and repairs the billing integration of the panel.
  reconnect_triggers = { on = var.reconnect_on }

  post_pay {
    # B6: WHMCS shows the landing page and the menu item "Cloud Hosting".
    enabled = true
    # B8 to B12.
    new_user_limit_group_id = hosting_solusvm2_limit_group.new_users.id
    terms_url               = var.terms_url
    invoice_grace_days      = var.overdue_days.invoice_grace
    lock_overdue_days       = var.overdue_days.lock
    suspend_overdue_days    = var.overdue_days.suspend
  }

  # B13: the addon needs a price in every active currency.
  token_prices = var.token_prices

  on_destroy = "disable_post_pay"

  # The addon has no settings before WHMCS activates it.
  depends_on = [hosting_whmcs_addon_module.solusvm2]
}

# B7: your own landing page. companion.local.php must allow it.
resource "hosting_solusvm2_landing_page" "own" {
  count = var.landing_page == null ? 0 : 1

  content = var.landing_page
}
