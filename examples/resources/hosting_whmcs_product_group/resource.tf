resource "hosting_whmcs_product_group" "example" {
  name     = "Dedicated servers"
  slug     = "dedicated-servers"
  headline = "Dedicated servers"
  tagline  = "Your own hardware, ready when the first payment arrives"
}
