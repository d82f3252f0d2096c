resource "hosting_solusvm2_limit_group" "new_users" {
  name        = "New post-pay users"
  max_servers = 5
}

resource "hosting_solusvm2_api_token" "whmcs" {
  name = "WHMCS"
}

resource "hosting_whmcs_addon_module" "solusvm2" {
  module           = "solusvm2"
  admin_role_names = ["Full Administrator"]
  on_destroy       = "deactivate"
  allow_data_loss  = true
}

resource "hosting_solusvm2_billing_settings" "example" {
  api_connection = {
    url     = "https://panel.example.com"
    api_key = hosting_solusvm2_api_token.whmcs.token
  }
  post_pay {
    enabled                 = true
    new_user_limit_group_id = hosting_solusvm2_limit_group.new_users.id
    terms_url               = "https://example.com/post-pay-terms"
    invoice_grace_days      = 7
    lock_overdue_days       = 3
    suspend_overdue_days    = 10
  }
  token_prices = {
    USD = "0.0125"
    EUR = "0.0115"
    INR = "1.04"
  }
  on_destroy = "disable_post_pay"

  # The addon has no settings before WHMCS activates it.
  depends_on = [hosting_whmcs_addon_module.solusvm2]
}
