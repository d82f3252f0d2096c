list "hosting_whmcs_product_addon" "all" {
  provider         = hosting
  include_resource = true

  config {
    retired = false
  }
}
