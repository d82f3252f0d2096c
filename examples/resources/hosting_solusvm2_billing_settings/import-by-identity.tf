import {
  to = hosting_solusvm2_billing_settings.example
  identity = {
    id = "1"
  }
}
