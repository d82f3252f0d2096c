data "hosting_whmcs_product_addons" "all" {}

# Addons that no service has.
output "unused_addons" {
  value = [for addon in data.hosting_whmcs_product_addons.all.product_addons : addon.name if addon.service_addons == 0]
}
