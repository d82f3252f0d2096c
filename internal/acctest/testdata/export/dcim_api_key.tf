resource "hosting_dcim_api_key" "terraform" {
  label = "Terraform"
}
