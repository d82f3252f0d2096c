data "hosting_whmcs_server_groups" "dcim" {
  name_regex = "^TopLink DCIM$"
}

# Null if no group has this name. An error if several groups have it.
output "server_group_id" {
  value = one(data.hosting_whmcs_server_groups.dcim.server_groups[*].id)
}
