terraform {
  required_providers {
    hosting = {
      source  = "hosting-iac/hosting"
      version = "~> 0.1"
    }
  }
}

# The secrets are in WHMCS_IDENTIFIER and WHMCS_SECRET, DCIM_KEY and DCIM_SECRET.
provider "hosting" {
  whmcs {
    url = "https://billing.example.com"
  }

  dcim {
    url     = "https://dcim.example.com"
    profile = "assumed" # the API of this DCIM
  }

  # A plan is refused if it changes a price by more than 20 percent.
  guards {
    max_price_change_percent = "20"
  }
}
