data "hosting_whmcs_currencies" "all" {}

# What the pricing of a product should list.
output "currency_codes" {
  value = data.hosting_whmcs_currencies.all.codes
}
