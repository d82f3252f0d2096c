import {
  to = hosting_whmcs_server_group.example
  id = "42"
}
