import {
  to = hosting_solusvm2_limit_group.example
  identity = {
    id = "42"
  }
}
