import {
  to = hosting_solusvm2_billing_settings.example
  id = "1"
}
