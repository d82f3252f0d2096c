list "hosting_whmcs_product" "all" {
  provider         = hosting
  include_resource = true

  config {
    product_group_id = "3"
    retired          = false
  }
}
