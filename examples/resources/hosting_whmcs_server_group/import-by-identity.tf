import {
  to = hosting_whmcs_server_group.example
  identity = {
    id = "42"
  }
}
