import {
  to = hosting_solusvm2_api_token.example
  id = "42"
}
