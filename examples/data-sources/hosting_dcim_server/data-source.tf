data "hosting_dcim_server" "one" {
  label = "BOM-A01-04"
}

output "address" {
  value = data.hosting_dcim_server.one.ip_address
}
