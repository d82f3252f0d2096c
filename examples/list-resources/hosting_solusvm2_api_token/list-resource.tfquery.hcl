list "hosting_solusvm2_api_token" "all" {
  provider         = hosting
  include_resource = true

  config {
    name_regex = "^WHMCS"
  }
}
