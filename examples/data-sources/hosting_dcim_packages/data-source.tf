data "hosting_dcim_packages" "all" {}

output "servers_left_to_sell" {
  value = { for p in data.hosting_dcim_packages.all.packages : p.name => p.available }
}
