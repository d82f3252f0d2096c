terraform {
  required_version = ">= 1.8"

  # Addresses and credentials are in environment variables: WHMCS_URL, WHMCS_IDENTIFIER, WHMCS_SECRET,
  # DCIM_URL, DCIM_KEY, DCIM_SECRET, DCIM_PROFILE.
  # There is no provider block, so that this folder can be a module of another configuration.
  required_providers {
    hosting = {
      source  = "hosting-iac/hosting"
      version = "~> 0.1"
    }
  }
}
