terraform {
  required_version = ">= 1.8"

  required_providers {
    hosting = {
      source  = "hosting-iac/hosting"
      version = "~> 0.1"
    }
  }
}

# Addresses and credentials are in environment variables: WHMCS_URL, WHMCS_IDENTIFIER, WHMCS_SECRET, DCIM_URL,
# DCIM_KEY,
# DCIM_SECRET, DCIM_PROFILE, SOLUSVM2_URL, SOLUSVM2_TOKEN.
provider "hosting" {
  # A plan is refused if it changes a price by more than 50 percent.
  guards { max_price_change_percent = "50" }
}
