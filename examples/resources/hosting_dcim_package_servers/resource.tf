resource "hosting_dcim_package" "entry" {
  name = "E3-1230"
}

# Select by label, rack or model. By "has no package" the list would be empty as soon as the servers are bound.
data "hosting_dcim_servers" "entry" {
  label_regex = "^FRA-C07-"
}

# Puts all of them on sale in the package, in one call where the DCIM allows that many.
resource "hosting_dcim_package_servers" "example" {
  package_id = hosting_dcim_package.entry.id
  server_ids = data.hosting_dcim_servers.entry.servers[*].id
}
