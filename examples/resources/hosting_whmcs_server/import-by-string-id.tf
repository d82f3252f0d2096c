import {
  to = hosting_whmcs_server.example
  id = "42"
}
