data "hosting_whmcs_configurable_option_groups" "all" {}

# Groups of options that no product offers.
output "unused_option_groups" {
  value = [for group in data.hosting_whmcs_configurable_option_groups.all.configurable_option_groups : group.name if length(group.product_ids) == 0]
}
