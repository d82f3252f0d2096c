# 96.43: the price in EUR of a product that costs 89.00 USD.
output "eur" {
  value = provider::hosting::convert_price("89.00", "1.0835", "0.01")
}

# 13911: a currency without decimals.
output "jpy" {
  value = provider::hosting::convert_price("89.00", "156.3", "1")
}
