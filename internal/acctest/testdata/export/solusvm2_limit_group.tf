resource "hosting_solusvm2_limit_group" "default" {
  name                = "Default"
  max_additional_ips  = 2
  max_running_servers = 5
}

resource "hosting_solusvm2_limit_group" "no_limits" {
  name = "No limits"
}
