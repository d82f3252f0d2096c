data "hosting_whmcs_servers" "dcim" {
  module = "toplink_dcim"
}

output "active_services" {
  value = { for server in data.hosting_whmcs_servers.dcim.servers : server.name => server.active_services }
}
