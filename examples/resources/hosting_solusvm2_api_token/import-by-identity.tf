import {
  to = hosting_solusvm2_api_token.example
  identity = {
    id = "42"
  }
}
