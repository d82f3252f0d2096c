data "hosting_dcim_package" "legacy" {
  name = "Legacy E3"
}

output "in_use" {
  value = "${data.hosting_dcim_package.legacy.used} of ${data.hosting_dcim_package.legacy.total}"
}
