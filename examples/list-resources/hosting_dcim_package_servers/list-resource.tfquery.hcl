list "hosting_dcim_package_servers" "all" {
  provider         = hosting
  include_resource = true

  config {
    name_regex = "^E3"
  }
}
