data "hosting_whmcs_product_usage" "all" {}

locals {
  # On sale, without a live service, and without a new one for a year.
  unsold = [
    for product in data.hosting_whmcs_product_usage.all.products : product.name
    if !product.hidden && !product.retired && product.live_services == 0 &&
    timecmp("${coalesce(product.newest_service_date, "1970-01-01")}T00:00:00Z", timeadd(plantimestamp(), "-8760h")) < 0
  ]
}

# A warning in each plan.
check "unsold_products" {
  assert {
    condition     = length(local.unsold) == 0
    error_message = "Still on sale, but without services for a year: ${join(", ", local.unsold)}."
  }
}

# Revenue per month by product and currency. The value is null unless the operator of WHMCS allows it.
output "revenue" {
  value = {
    for product in data.hosting_whmcs_product_usage.all.products : "${product.id} ${product.name}" =>
    try({ for currency, sum in product.revenue : currency => sum.per_month }, null)
  }
}
