resource "hosting_whmcs_addon_module" "legacy_tool" {
  module           = "legacy_tool"
  admin_role_names = ["Full Administrator", "Support & Abuse"]

  # Secrets cannot be read. To manage one, declare a sensitive variable and remove the comment.
  # sensitive_settings = var.whmcs_addon_module_legacy_tool_sensitive_settings
}
