import {
  to = hosting_whmcs_product.example
  identity = {
    id = "42"
  }
}
