data "hosting_whmcs_product_groups" "all" {}

# Import blocks want ids: this is where they are.
output "product_group_ids" {
  value = { for group in data.hosting_whmcs_product_groups.all.product_groups : group.id => group.name }
}
