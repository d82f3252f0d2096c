import {
  to = hosting_dcim_package_servers.example
  identity = {
    id = "42"
  }
}
