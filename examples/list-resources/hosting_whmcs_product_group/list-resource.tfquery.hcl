list "hosting_whmcs_product_group" "all" {
  provider         = hosting
  include_resource = true

  config {
    hidden = false
  }
}
