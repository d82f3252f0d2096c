data "hosting_dcim_api_keys" "all" {}

output "never_used" {
  value = [for key in data.hosting_dcim_api_keys.all.api_keys : key.label if key.last_call_at == null]
}

output "open_to_any_address" {
  value = [for key in data.hosting_dcim_api_keys.all.api_keys : key.label if length(key.ip_addresses) == 0]
}
