# `terraform init && terraform test` checks the price list. The provider is mocked: no system is asked and none is changed.

# A mocked list of servers is empty, so the runs plan the products, what those need, and the extras.
mock_provider "hosting" {
  mock_data "hosting_dcim_server" {
    defaults = {
      id = "104"
    }
  }
}

variables {
  whmcs_ip_addresses = ["203.0.113.10"]
  dcim = {
    hostname   = "dcim.example.com"
    ip_address = "203.0.113.20"
  }
}

run "price_list" {
  command = plan

  plan_options {
    target = [hosting_whmcs_configurable_option_group.extras]
  }

  assert {
    condition     = alltrue([for product in hosting_whmcs_product.dedicated : setunion(keys(product.prices)) == toset(["INR", "USD"])])
    error_message = "Every product needs prices in INR and USD."
  }

  assert {
    condition     = alltrue([for product in hosting_whmcs_product.dedicated : alltrue([for cycles in values(product.prices) : contains(keys(cycles), "monthly")])])
    error_message = "Every product can be paid by the month in every currency."
  }

  assert {
    condition = alltrue(flatten([for product in hosting_whmcs_product.dedicated : [
      for cycles in values(product.prices) : tonumber(cycles.annually) < 12 * tonumber(cycles.monthly)
    ]]))
    error_message = "A year must cost less than twelve months."
  }
}

run "packages" {
  command = plan

  plan_options {
    target = [hosting_whmcs_configurable_option_group.extras]
  }

  assert {
    condition     = alltrue([for product in keys(local.products) : contains(keys(local.packages), product)])
    error_message = "Every product sells the package of its own key."
  }
}

run "extras_are_priced_alike" {
  command = plan

  plan_options {
    target = [hosting_whmcs_configurable_option_group.extras]
  }

  assert {
    condition = alltrue(flatten([for option in values(hosting_whmcs_configurable_option_group.extras.options) : [
      for choice in values(option.sub_options) : [for cycles in values(coalesce(choice.prices, {})) : tonumber(cycles.annually) <= 12 * tonumber(cycles.monthly)]
    ]]))
    error_message = "An extra must not cost more by the year than by the month."
  }
}

run "no_open_key" {
  command = plan

  plan_options {
    target = [hosting_dcim_api_key.whmcs]
  }

  variables {
    whmcs_ip_addresses = []
  }

  expect_failures = [var.whmcs_ip_addresses]
}
