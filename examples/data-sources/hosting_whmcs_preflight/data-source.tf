data "hosting_whmcs_preflight" "this" {}

# Every plan and apply looks, and warns of what it finds without stopping. The data source stands outside of the check: one inside is read again by
# every apply, so that no plan is ever empty.
check "whmcs" {
  assert {
    condition = data.hosting_whmcs_preflight.this.ok
    error_message = join("\n", concat(
      ["WHMCS is not fit to be managed:"],
      [for f in data.hosting_whmcs_preflight.this.findings : "- ${f.check}: ${f.detail} ${f.remedy}" if !f.ok],
    ))
  }
}
