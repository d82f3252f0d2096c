data "hosting_solusvm2_limit_group" "default" {
  name = "Default"
}
