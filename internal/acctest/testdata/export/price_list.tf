locals {
  products = {
    legacy_vps = {
      id               = "1"
      name             = "Legacy VPS"
      product_group_id = "1"
      pay_type         = "recurring"
      hidden           = false
      prices = {
        EUR = { monthly = "10.00" }
        INR = { monthly = "10.00" }
        USD = { monthly = "10.00" }
      }
    }
    dedicated_cpu_if = {
      id               = "2"
      name             = "Dedicated $${cpu} %%{if}"
      product_group_id = "2"
      pay_type         = "recurring"
      hidden           = false
      prices = {
        EUR = { monthly = "0.99" }
        INR = { monthly = "0.99" }
        USD = { monthly = "0.99" }
      }
    }
    twin = {
      id               = "4"
      name             = "Twin"
      product_group_id = "2"
      pay_type         = "recurring"
      hidden           = false
      prices = {
        EUR = { monthly = "2.99" }
        INR = { monthly = "2.99" }
        USD = { monthly = "2.99" }
      }
    }
    free_of_charge = {
      id               = "5"
      name             = "Free of charge"
      product_group_id = "2"
      pay_type         = "free"
      hidden           = false
    }
    with_a_module = {
      id               = "6"
      name             = "With a module"
      product_group_id = "2"
      pay_type         = "recurring"
      hidden           = false
      prices = {
        EUR = { monthly = "4.99" }
        INR = { monthly = "4.99" }
        USD = { monthly = "4.99" }
      }
    }
    of_toplink = {
      id               = "7"
      name             = "Of TopLink"
      product_group_id = "2"
      pay_type         = "recurring"
      hidden           = false
      prices = {
        EUR = { monthly = "5.99" }
        INR = { monthly = "5.99" }
        USD = { monthly = "5.99" }
      }
    }
    with_fields = {
      id               = "8"
      name             = "With fields"
      product_group_id = "2"
      pay_type         = "recurring"
      hidden           = false
      prices = {
        EUR = { monthly = "6.99" }
        INR = { monthly = "6.99" }
        USD = { monthly = "6.99" }
      }
    }
    with_upgrades = {
      id               = "9"
      name             = "With upgrades"
      product_group_id = "2"
      pay_type         = "recurring"
      hidden           = false
      prices = {
        EUR = { monthly = "7.99" }
        INR = { monthly = "7.99" }
        USD = { monthly = "7.99" }
      }
    }
    srvr_dedicated_cpu_if = {
      id               = "10"
      name             = "Dedicated $${cpu} %%{if}"
      product_group_id = "3"
      pay_type         = "recurring"
      hidden           = false
      prices = {
        EUR = { monthly = "8.99" }
        INR = { monthly = "8.99" }
        USD = { monthly = "8.99" }
      }
    }
  }
}

resource "hosting_whmcs_product" "price_list" {
  for_each = local.products

  name             = each.value.name
  product_group_id = each.value.product_group_id
  pay_type         = each.value.pay_type
  hidden           = try(each.value.hidden, null)
  prices           = try(each.value.prices, null)
  setup_fees       = try(each.value.setup_fees, null)

  lifecycle {
    # These are not part of the list.
    ignore_changes = [name, product_group_id, pay_type, custom_fields, toplink_dcim, upgrade_product_ids]
    # An entry that leaves the list by mistake does not delete its product.
    prevent_destroy = true
  }
}

import {
  for_each = local.products
  to       = hosting_whmcs_product.price_list[each.key]
  id       = each.value.id
}
