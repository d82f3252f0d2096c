import {
  to = hosting_dcim_api_key.example
  identity = {
    id = "42"
  }
}
