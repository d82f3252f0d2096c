data "hosting_whmcs_currencies" "all" {}

# The currencies that the prices of a product should list.
output "currency_codes" {
  value = data.hosting_whmcs_currencies.all.codes
}
