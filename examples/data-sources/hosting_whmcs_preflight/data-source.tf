data "hosting_whmcs_preflight" "this" {}

# Each plan and apply shows the findings as warnings. The data source is outside of the check block. Inside of it,
# Terraform
# would read it at each apply, and no plan would be empty.
check "whmcs" {
  assert {
    condition = data.hosting_whmcs_preflight.this.ok
    error_message = join("\n", concat(
      ["WHMCS is not fit to be managed:"],
      [for f in data.hosting_whmcs_preflight.this.findings : "- ${f.check}: ${f.detail} ${f.remedy}" if !f.ok],
    ))
  }
}
