resource "hosting_dcim_package" "entry" {
  name = "E3-1230"
}

# Select by label, rack or model. A selection by "has no package" is empty after the servers are bound.
data "hosting_dcim_servers" "entry" {
  label_regex = "^FRA-C07-"
}

# Binds all servers to the package, with as few requests as the DCIM allows.
resource "hosting_dcim_package_servers" "example" {
  package_id = hosting_dcim_package.entry.id
  server_ids = data.hosting_dcim_servers.entry.servers[*].id
}
