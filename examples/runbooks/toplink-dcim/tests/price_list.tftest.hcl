# `terraform init && terraform test` checks the price list. The provider is mocked. No system is called.

# A mocked list of servers is empty. Therefore the runs plan only the products and the objects that they need.
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
    error_message = "Every product needs a monthly price in every currency."
  }

  assert {
    condition = alltrue(flatten([for product in hosting_whmcs_product.dedicated : [
      for cycles in values(product.prices) : tonumber(cycles.annually) < 12 * tonumber(cycles.monthly)
    ]]))
    error_message = "The annual price must be lower than twelve monthly prices."
  }
}

run "packages" {
  command = plan

  plan_options {
    target = [hosting_whmcs_configurable_option_group.extras]
  }

  assert {
    condition     = alltrue([for product in keys(local.products) : contains(keys(local.packages), product)])
    error_message = "Every product must sell the package with its key."
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
    error_message = "The annual price of an option must not exceed twelve monthly prices."
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
