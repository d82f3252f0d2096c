data "hosting_whmcs_admin_roles" "sales" {
  name_regex = "^(Full Administrator|Sales Operator)$"
}

# The ids of the role groups by name.
output "admin_role_ids" {
  value = { for role in data.hosting_whmcs_admin_roles.sales.admin_roles : role.name => role.id }
}
