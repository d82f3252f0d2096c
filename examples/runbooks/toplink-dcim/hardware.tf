# The packages of the data center, and the servers that are bound to them. Customers can order a server of a package
# if a
# product names the package.

locals {
  # A package is a group of servers with the same hardware. One entry is one package.
  packages = {
    e3-1230 = {
      name      = "E3-1230"
      cpu_name  = "Intel Xeon E3-1230 v6"
      cpu_count = 1
      memory_gb = 32
      disks     = [{ type = "SSD", interface = "SATA", size = "480 GB" }]
      mbps      = 1000
    }
    dual-gold-6130 = {
      name      = "2 x Gold 6130"
      cpu_name  = "Intel Xeon Gold 6130"
      cpu_count = 2
      memory_gb = 128
      disks     = [for n in range(2) : { type = "SSD", interface = "NVMe", size = "1.92 TB" }]
      mbps      = 10000
    }
  }
}

# A4: the packages.
resource "hosting_dcim_package" "hardware" {
  for_each = local.packages

  name          = each.value.name
  cpu_name      = each.value.cpu_name
  cpu_count     = each.value.cpu_count
  memory_gb     = each.value.memory_gb
  ip_count      = 1
  disks         = each.value.disks
  uplink_mbps   = each.value.mbps
  downlink_mbps = each.value.mbps

  collect_hardware_information = true
}

# A5: single servers, by their labels.
data "hosting_dcim_server" "dual_gold_6130" {
  for_each = toset(["BOM-A02-02", "BOM-A02-03"])

  label = each.key
}

resource "hosting_dcim_server_binding" "dual_gold_6130" {
  for_each = data.hosting_dcim_server.dual_gold_6130

  server_id  = each.value.id
  package_id = hosting_dcim_package.hardware["dual-gold-6130"].id
}

# A6: many servers, selected by model and label. Do not select by status, because a sale changes the status.
data "hosting_dcim_servers" "e3_1230" {
  model       = "Supermicro 5019S-M"
  label_regex = "^(BOM-A01-0[4-7]|FRA-C07-0[1-4])$"
}

resource "hosting_dcim_package_servers" "e3_1230" {
  package_id = hosting_dcim_package.hardware["e3-1230"].id
  server_ids = data.hosting_dcim_servers.e3_1230.servers[*].id
}
