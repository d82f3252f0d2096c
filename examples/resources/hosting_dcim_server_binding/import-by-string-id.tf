import {
  to = hosting_dcim_server_binding.example
  id = "42"
}
