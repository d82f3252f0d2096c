import {
  to = hosting_whmcs_product_addon.example
  id = "42"
}
