terraform {
  required_providers {
    hosting = {
      source = "hosting-iac/hosting"
    }
  }
}

# The settings come from the environment: WHMCS_URL, WHMCS_IDENTIFIER, WHMCS_SECRET, DCIM_URL, SOLUSVM2_URL and so on.
provider "hosting" {}
