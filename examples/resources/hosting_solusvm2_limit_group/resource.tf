# The limits of a new post-pay user: two servers with one address each.
resource "hosting_solusvm2_limit_group" "example" {
  name               = "New post-pay users"
  max_servers        = 2
  max_additional_ips = 0
}
