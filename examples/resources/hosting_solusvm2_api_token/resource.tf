# The token with which the addon of WHMCS connects. To rotate it, change the date.
resource "hosting_solusvm2_api_token" "example" {
  name                 = "WHMCS"
  rotation_triggers    = { since = "2026-01" }
  allow_duplicate_name = true

  lifecycle {
    create_before_destroy = true
  }
}
