output "landing_page_url" {
  description = "Where customers begin."
  value       = hosting_solusvm2_billing_settings.post_pay.landing_page_url
}

output "connection_status" {
  description = "Whether WHMCS and the panel know each other."
  value       = hosting_solusvm2_billing_settings.post_pay.connection_status
}
