resource "hosting_dcim_package" "entry" {
  name = "E3-1230"
}

data "hosting_dcim_server" "one" {
  label = "BOM-A01-04"
}

# Binds one server to the package. Customers can then order it.
resource "hosting_dcim_server_binding" "example" {
  server_id  = data.hosting_dcim_server.one.id
  package_id = hosting_dcim_package.entry.id
}
