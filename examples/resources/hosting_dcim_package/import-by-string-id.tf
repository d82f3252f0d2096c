import {
  to = hosting_dcim_package.example
  id = "42"
}
