# Selected by rack and model, which do not change when a server is sold.
data "hosting_dcim_servers" "entry" {
  data_center = "Mumbai"
  label_regex = "^BOM-A01-"
  model       = "Supermicro 5019S-M"
}

output "entry_server_ids" {
  value = data.hosting_dcim_servers.entry.servers[*].id
}
