terraform {
  required_version = ">= 1.8"

  required_providers {
    hosting = {
      source = "hosting-iac/hosting"
    }
  }
}

# Addresses and credentials come from the environment: WHMCS_URL, WHMCS_IDENTIFIER, WHMCS_SECRET, DCIM_URL, DCIM_KEY, DCIM_SECRET, DCIM_PROFILE,
# SOLUSVM2_URL, SOLUSVM2_TOKEN.
provider "hosting" {
  # A slip of the keyboard should not sell a server for a tenth of its price.
  guards { max_price_change_percent = "50" }
}
