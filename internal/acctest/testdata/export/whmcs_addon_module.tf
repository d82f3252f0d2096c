resource "hosting_whmcs_addon_module" "legacy_tool" {
  module           = "legacy_tool"
  admin_role_ids   = ["1", "3"]
  admin_role_names = ["Full Administrator", "Support & Abuse"]
  on_destroy       = "keep"
}
