import {
  to = hosting_whmcs_product_addon.example
  identity = {
    id = "42"
  }
}
