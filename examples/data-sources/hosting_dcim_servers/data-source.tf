# The selection uses rack and model. A sale does not change them.
data "hosting_dcim_servers" "entry" {
  data_center = "Mumbai"
  label_regex = "^BOM-A01-"
  model       = "Supermicro 5019S-M"
}

output "entry_server_ids" {
  value = data.hosting_dcim_servers.entry.servers[*].id
}
