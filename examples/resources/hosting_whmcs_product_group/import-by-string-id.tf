import {
  to = hosting_whmcs_product_group.example
  id = "42"
}
