import {
  to = hosting_whmcs_product.example
  id = "42"
}
