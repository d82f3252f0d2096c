terraform {
  required_providers {
    hosting = {
      source = "hosting-iac/hosting"
    }
  }
}

# Credentials come from the environment: WHMCS_IDENTIFIER and WHMCS_SECRET, DCIM_KEY and DCIM_SECRET.
provider "hosting" {
  whmcs {
    url = "https://billing.example.com"
  }

  dcim {
    url     = "https://dcim.example.com"
    profile = "assumed" # how this DCIM spells its API
  }

  # Refuse, at plan time, a price that changes by more than a fifth.
  guards {
    max_price_change_percent = "20"
  }
}
