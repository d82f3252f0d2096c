resource "hosting_dcim_package" "legacy_e3" {
  name      = "Legacy E3"
  cpu_count = 1
  cpu_name  = "Intel Xeon E3-1230 v6"
  disks = [{
    type      = "SSD"
    interface = "SATA"
    size      = "480 GB"
  }]
  downlink_mbps = 1000
  ip_count      = 1
  memory_gb     = 32
  uplink_mbps   = 1000
}
