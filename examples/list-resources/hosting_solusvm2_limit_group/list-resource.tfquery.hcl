list "hosting_solusvm2_limit_group" "all" {
  provider         = hosting
  include_resource = true

  config {
    name_regex = "^WHMCS"
  }
}
