import {
  to = hosting_solusvm2_landing_page.example
  identity = {
    id = "1"
  }
}
