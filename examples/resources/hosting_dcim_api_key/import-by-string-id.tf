import {
  to = hosting_dcim_api_key.example
  id = "42"
}
