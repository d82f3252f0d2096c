import {
  to = hosting_whmcs_product_group.example
  identity = {
    id = "42"
  }
}
