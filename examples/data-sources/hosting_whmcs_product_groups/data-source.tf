data "hosting_whmcs_product_groups" "all" {}

# The ids for import blocks.
output "product_group_ids" {
  value = { for group in data.hosting_whmcs_product_groups.all.product_groups : group.id => group.name }
}
