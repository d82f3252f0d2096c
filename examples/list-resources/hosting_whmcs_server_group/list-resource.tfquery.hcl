list "hosting_whmcs_server_group" "all" {
  provider         = hosting
  include_resource = true

  config {
    name_regex = "^TopLink"
  }
}
