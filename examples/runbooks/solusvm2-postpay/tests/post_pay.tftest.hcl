# `terraform init && terraform test` checks the rules. The provider is mocked. No system is called.

mock_provider "hosting" {}

variables {
  panel_url    = "https://panel.example.com"
  token_prices = { USD = "0.0125", EUR = "0.0115" }
}

run "rules" {
  command = plan

  assert {
    condition     = hosting_solusvm2_billing_settings.post_pay.post_pay.enabled
    error_message = "Post-pay must be enabled."
  }

  assert {
    condition     = hosting_solusvm2_billing_settings.post_pay.post_pay.lock_overdue_days <= hosting_solusvm2_billing_settings.post_pay.post_pay.suspend_overdue_days
    error_message = "A user must be locked before the suspension, or on the same day."
  }

  assert {
    condition     = length(hosting_solusvm2_landing_page.own) == 0
    error_message = "Without a template, the configuration must not have a landing page."
  }
}

run "free_token" {
  command = plan

  variables {
    token_prices = { USD = "0" }
  }

  expect_failures = [var.token_prices]
}

run "five_decimals" {
  command = plan

  variables {
    token_prices = { USD = "0.00125" }
  }

  expect_failures = [var.token_prices]
}

run "suspended_before_locked" {
  command = plan

  variables {
    overdue_days = { lock = 20 }
  }

  expect_failures = [var.overdue_days]
}
