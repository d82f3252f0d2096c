output "product_ids" {
  description = "Ids of the products in WHMCS, by their key in the price list."
  value       = module.dedicated.product_ids
}

output "servers_on_sale" {
  description = "Number of servers on sale, by the name of their package."
  value       = module.dedicated.servers_on_sale
}

output "landing_page_url" {
  description = "The URL of the landing page."
  value       = module.cloud.landing_page_url
}

output "connection_status" {
  description = "The status of the connection between WHMCS and the SolusVM 2 panel."
  value       = module.cloud.connection_status
}
