data "hosting_whmcs_admin_roles" "sales" {
  name_regex = "^(Full Administrator|Sales Operator)$"
}

# Ids of the role groups, by their names.
output "admin_role_ids" {
  value = { for role in data.hosting_whmcs_admin_roles.sales.admin_roles : role.name => role.id }
}
