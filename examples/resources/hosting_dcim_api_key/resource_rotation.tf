# A new date creates a new key. Terraform deletes the old key after all resources have the new key.
resource "hosting_dcim_api_key" "rotated" {
  label                 = "WHMCS rotated"
  ip_addresses          = ["203.0.113.10"]
  rotation_triggers     = { rotated_on = "2026-01-31" }
  allow_duplicate_label = true

  lifecycle {
    create_before_destroy = true
  }
}
