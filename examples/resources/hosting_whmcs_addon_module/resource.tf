resource "hosting_whmcs_addon_module" "example" {
  module           = "solusvm2"
  admin_role_names = ["Full Administrator", "Sales Operator"]

  # A destroy deactivates the addon only with both settings.
  on_destroy      = "deactivate"
  allow_data_loss = true
}
