output "product_ids" {
  description = "WHMCS's ids of the dedicated servers' products, by their key in the price list."
  value       = module.dedicated.product_ids
}

output "servers_on_sale" {
  description = "How many dedicated servers are on sale, by the name of their package."
  value       = module.dedicated.servers_on_sale
}

output "landing_page_url" {
  description = "Where customers of the cloud begin."
  value       = module.cloud.landing_page_url
}

output "connection_status" {
  description = "Whether WHMCS and the SolusVM 2 panel know each other."
  value       = module.cloud.connection_status
}
