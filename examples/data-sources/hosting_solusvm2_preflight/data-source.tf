data "hosting_solusvm2_preflight" "this" {}

# Every plan and apply looks, and warns of what it finds without stopping. The data source stands outside of the check: one inside is read again by
# every apply, so that no plan is ever empty.
check "solusvm2" {
  assert {
    condition = data.hosting_solusvm2_preflight.this.ok
    error_message = join("\n", concat(
      ["Post-pay is not ready:"],
      [for f in data.hosting_solusvm2_preflight.this.findings : "- ${f.check}: ${f.detail} ${f.remedy}" if !f.ok],
    ))
  }
}
