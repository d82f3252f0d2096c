data "hosting_solusvm2_limit_groups" "all" {}

output "limit_groups" {
  value = { for group in data.hosting_solusvm2_limit_groups.all.limit_groups : group.name => group.id }
}
