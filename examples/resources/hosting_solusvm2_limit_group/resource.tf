# What a new post-pay user may have: two servers, one address each, no more.
resource "hosting_solusvm2_limit_group" "example" {
  name               = "New post-pay users"
  max_servers        = 2
  max_additional_ips = 0
}
