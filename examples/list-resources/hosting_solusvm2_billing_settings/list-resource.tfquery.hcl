list "hosting_solusvm2_billing_settings" "all" {
  provider         = hosting
  include_resource = true
}
