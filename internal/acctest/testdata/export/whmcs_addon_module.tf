resource "hosting_whmcs_addon_module" "legacy_tool" {
  module           = "legacy_tool"
  admin_role_names = ["Full Administrator", "Support & Abuse"]
}
