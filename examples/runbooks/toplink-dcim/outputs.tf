output "server_id" {
  description = "Id of the DCIM as a server in WHMCS."
  value       = hosting_whmcs_server.dcim.id
}

output "product_ids" {
  description = "Ids of the products in WHMCS, by their key in the price list. The order link is cart.php?a=add&pid=<id>."
  value       = { for key, product in hosting_whmcs_product.dedicated : key => product.id }
}

output "servers_on_sale" {
  description = "Number of servers on sale, by the name of their package."
  value = {
    (hosting_dcim_package.hardware["e3-1230"].name)        = length(hosting_dcim_package_servers.e3_1230.server_ids)
    (hosting_dcim_package.hardware["dual-gold-6130"].name) = length(hosting_dcim_server_binding.dual_gold_6130)
  }
}
