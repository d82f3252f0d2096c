# 95.99
output "usual_ending" {
  value = provider::hosting::round_price("96.43", "1", "0.99")
}

# A price list in USD. The prices in other currencies are derived from it.
locals {
  usd   = { monthly = "89.00", annually = "890.00" }
  rates = { EUR = "0.9217", GBP = "0.7893" }
  prices = merge({ USD = local.usd }, {
    for currency, rate in local.rates : currency => {
      for cycle, price in local.usd : cycle => provider::hosting::round_price(
        provider::hosting::convert_price(price, rate, "0.01"), "1", "0.99"
      )
    }
  })
}

output "prices" {
  value = local.prices
}
