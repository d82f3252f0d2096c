list "hosting_dcim_server_binding" "all" {
  provider         = hosting
  include_resource = true

  config {
    rack = "A12"
  }
}
