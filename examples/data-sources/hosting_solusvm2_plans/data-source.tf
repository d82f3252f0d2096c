# The token prices can also come from the data source or the resource hosting_solusvm2_billing_settings.
data "hosting_solusvm2_plans" "all" {
  token_prices = {
    USD = "0.0125"
    EUR = "0.0115"
  }
}

# A price page in Markdown.
output "price_page" {
  value = join("\n", concat(
    ["| plan | USD per hour | USD per month, at most |", "|---|---:|---:|"],
    [
      for plan in data.hosting_solusvm2_plans.all.plans :
      "| ${plan.name} | ${plan.prices.USD.per_hour} | ${plan.prices.USD.per_month} |" if plan.is_visible
    ],
  ))
}

# A warning in each plan if a price leaves its band.
check "prices" {
  assert {
    condition = alltrue([
      for plan in data.hosting_solusvm2_plans.all.plans :
      tonumber(plan.prices.USD.per_month) >= 5 && tonumber(plan.prices.USD.per_month) <= 100
    ])
    error_message = "A SolusVM 2 plan costs less than 5 USD or more than 100 USD per month."
  }
}
