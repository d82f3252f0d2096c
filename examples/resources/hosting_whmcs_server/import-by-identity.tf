import {
  to = hosting_whmcs_server.example
  identity = {
    id = "42"
  }
}
