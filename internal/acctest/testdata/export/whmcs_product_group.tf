resource "hosting_whmcs_product_group" "legacy_and_co" {
  name   = "Legacy & Co"
  hidden = false
  order  = 1
  slug   = "legacy-co"
}

resource "hosting_whmcs_product_group" "grosse_xl_and_more" {
  name   = "Größe “XL” & $${more}"
  hidden = false
  order  = 2
  slug   = "gr-e-xl-more"
}

resource "hosting_whmcs_product_group" "srvr" {
  name   = "सर्वर"
  hidden = false
  order  = 3
  slug   = "group"
}
