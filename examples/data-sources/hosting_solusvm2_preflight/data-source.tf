data "hosting_solusvm2_preflight" "this" {}

# Each plan and apply shows the findings as warnings. The data source is outside of the check block. Inside of it,
# Terraform
# would read it at each apply, and no plan would be empty.
check "solusvm2" {
  assert {
    condition = data.hosting_solusvm2_preflight.this.ok
    error_message = join("\n", concat(
      ["Post-pay is not ready:"],
      [for f in data.hosting_solusvm2_preflight.this.findings : "- ${f.check}: ${f.detail} ${f.remedy}" if !f.ok],
    ))
  }
}
