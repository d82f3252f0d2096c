import {
  to = hosting_dcim_package.example
  identity = {
    id = "42"
  }
}
