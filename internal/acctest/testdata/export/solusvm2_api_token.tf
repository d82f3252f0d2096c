resource "hosting_solusvm2_api_token" "terraform" {
  name    = "Terraform"
  user_id = "1"
}

resource "hosting_solusvm2_api_token" "scripts" {
  name    = "Scripts"
  user_id = "2"
}
