data "hosting_solusvm2_usage" "october" {
  period   = "2026-10"
  timezone = "Asia/Kolkata"
}

output "tokens_by_plan" {
  value = {
    for total in data.hosting_solusvm2_usage.october.plans :
    coalesce(total.plan, "terminated") => total.tokens
  }
}
