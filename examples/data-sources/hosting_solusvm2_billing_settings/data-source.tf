data "hosting_solusvm2_billing_settings" "now" {}

output "token_prices" {
  value = data.hosting_solusvm2_billing_settings.now.token_prices
}
