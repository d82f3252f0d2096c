data "hosting_solusvm2_api_tokens" "whmcs" {
  name_regex = "^WHMCS"
}

output "tokens_of_whmcs" {
  value = { for token in data.hosting_solusvm2_api_tokens.whmcs.api_tokens : token.name => token.user_email }
}
