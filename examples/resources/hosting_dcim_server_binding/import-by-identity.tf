import {
  to = hosting_dcim_server_binding.example
  identity = {
    id = "42"
  }
}
