data "hosting_solusvm2_servers" "running" {
  virtualization_type = "kvm"
  status              = "started"
}

output "memory_in_use_gib" {
  value = sum(concat([0], data.hosting_solusvm2_servers.running.servers[*].ram_bytes)) / pow(1024, 3)
}
