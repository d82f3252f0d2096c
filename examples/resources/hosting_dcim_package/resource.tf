# A product in WHMCS sells a package. Its module option "package" names it, and servers are bound to it.
resource "hosting_dcim_package" "example" {
  name          = "E3-1230"
  memory_gb     = 32
  ip_count      = 1
  cpu_name      = "Intel Xeon E3-1230 v6"
  cpu_count     = 1
  disks         = [{ type = "SSD", interface = "SATA", size = "480 GB" }]
  pci_devices   = []
  uplink_mbps   = 1000
  downlink_mbps = 1000

  collect_hardware_information = true
}
