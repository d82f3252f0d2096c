data "hosting_whmcs_server_groups" "dcim" {
  name_regex = "^TopLink DCIM$"
}

# Null when there is none; an error when there are several.
output "server_group_id" {
  value = one(data.hosting_whmcs_server_groups.dcim.server_groups[*].id)
}
