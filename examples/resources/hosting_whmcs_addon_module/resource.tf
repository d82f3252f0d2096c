resource "hosting_whmcs_addon_module" "example" {
  module           = "solusvm2"
  admin_role_names = ["Full Administrator", "Sales Operator"]

  # A destroy leaves the addon active, unless both of these are set.
  on_destroy      = "deactivate"
  allow_data_loss = true
}
