data "hosting_dcim_preflight" "this" {}

# Every plan and apply looks, and warns of what it finds without stopping. The data source stands outside of the check: one inside is read again by
# every apply, so that no plan is ever empty.
check "dcim" {
  assert {
    condition = data.hosting_dcim_preflight.this.ok
    error_message = join("\n", concat(
      ["The DCIM does not answer as it should:"],
      [for f in data.hosting_dcim_preflight.this.findings : "- ${f.check}: ${f.detail} ${f.remedy}" if !f.ok],
    ))
  }
}
