import {
  to = hosting_solusvm2_landing_page.example
  id = "1"
}
