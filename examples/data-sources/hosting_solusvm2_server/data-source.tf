data "hosting_solusvm2_server" "web" {
  id = "1"
}
