output "server_id" {
  description = "The DCIM's id among WHMCS's servers."
  value       = hosting_whmcs_server.dcim.id
}

output "product_ids" {
  description = "WHMCS's ids of the products, by their key in the price list. A customer orders with cart.php?a=add&pid=<id>."
  value       = { for key, product in hosting_whmcs_product.dedicated : key => product.id }
}
