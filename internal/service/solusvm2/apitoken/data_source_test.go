package apitoken_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
)

func TestAccAPITokens_dataSource(t *testing.T) {
	each(t, func(t *testing.T, env *acctest.Env) {
		const list = "data.hosting_solusvm2_api_tokens."
		tokens := `
resource "hosting_solusvm2_api_token" "test" { name = "WHMCS of today" }`
		steps(t,
			resource.TestStep{Config: env.Config(`data "hosting_solusvm2_api_tokens" "bad" { user_id = "x" }`), ExpectError: acctest.Says("user_id")},
			resource.TestStep{Config: env.Config(tokens)},
			resource.TestStep{
				Config: env.Config(tokens, `
data "hosting_solusvm2_api_tokens" "one" { name_regex = "^WHMCS of" }
data "hosting_solusvm2_api_tokens" "user" {
  name_regex = "^WHMCS of"
  user_id    = hosting_solusvm2_api_token.test.user_id
}
data "hosting_solusvm2_api_tokens" "other" { user_id = "424242" }`),
				Check: resource.ComposeAggregateTestCheckFunc(
					resource.TestCheckResourceAttr(list+"one", "api_tokens.#", "1"),
					resource.TestCheckResourceAttrPair(list+"one", "api_tokens.0.id", "hosting_solusvm2_api_token.test", "id"),
					resource.TestCheckResourceAttr(list+"one", "api_tokens.0.name", "WHMCS of today"),
					resource.TestCheckResourceAttrPair(list+"one", "api_tokens.0.user_id", "hosting_solusvm2_api_token.test", "user_id"),
					resource.TestCheckResourceAttrPair(list+"one", "api_tokens.0.user_email", "hosting_solusvm2_api_token.test", "user_email"),
					resource.TestCheckResourceAttrSet(list+"one", "api_tokens.0.created_at"),
					resource.TestCheckResourceAttr(list+"user", "api_tokens.#", "1"),
					resource.TestCheckResourceAttr(list+"other", "api_tokens.#", "0"),
				),
			},
		)
	})
}
