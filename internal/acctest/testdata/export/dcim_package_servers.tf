resource "hosting_dcim_package_servers" "legacy_e3" {
  package_id = hosting_dcim_package.legacy_e3.id
  server_ids = ["101", "102", "103"]
}
