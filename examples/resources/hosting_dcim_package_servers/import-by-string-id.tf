import {
  to = hosting_dcim_package_servers.example
  id = "42"
}
