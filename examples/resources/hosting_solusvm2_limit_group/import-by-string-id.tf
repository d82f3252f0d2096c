import {
  to = hosting_solusvm2_limit_group.example
  id = "42"
}
