output "landing_page_url" {
  description = "The URL of the landing page."
  value       = hosting_solusvm2_billing_settings.post_pay.landing_page_url
}

output "connection_status" {
  description = "The status of the connection between WHMCS and the panel."
  value       = hosting_solusvm2_billing_settings.post_pay.connection_status
}
