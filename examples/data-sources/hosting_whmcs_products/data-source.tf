data "hosting_whmcs_products" "all" {
  name_regex = "VPS"
}

output "live_services" {
  value = { for product in data.hosting_whmcs_products.all.products : "${product.id} ${product.name}" => product.live_services }
}
