data "hosting_whmcs_addon_modules" "all" {}

output "addon_modules" {
  value = { for module in data.hosting_whmcs_addon_modules.all.addon_modules : module.module => module.version }
}
