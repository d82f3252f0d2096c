data "hosting_solusvm2_billing_integration" "this" {}

check "solusvm2_bills_through_whmcs" {
  assert {
    condition     = data.hosting_solusvm2_billing_integration.this.type == "whmcs"
    error_message = "SolusVM 2 is not connected to WHMCS: open the addon in WHMCS and connect it again."
  }
}
