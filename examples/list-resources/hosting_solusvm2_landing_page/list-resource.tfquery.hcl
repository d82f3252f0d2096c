list "hosting_solusvm2_landing_page" "all" {
  provider         = hosting
  include_resource = true
}
