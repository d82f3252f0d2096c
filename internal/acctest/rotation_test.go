package acctest_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

// The guide "Rotating the DCIM key", as tests.

const (
	rotatedKey    = "hosting_dcim_api_key.whmcs"
	rotatedServer = "hosting_whmcs_server.dcim"
)

// rotation is the guide's configuration.
func rotation(t *testing.T, env *acctest.Env, rotatedOn, address string) string {
	t.Helper()
	dcim, err := url.Parse(env.Sandbox.DCIM.URL())
	require.NoError(t, err)
	return env.Config(fmt.Sprintf(`
resource "hosting_dcim_api_key" "whmcs" {
  label                 = "WHMCS"
  ip_addresses          = [%q]
  rotation_triggers     = { rotated_on = %q }
  allow_duplicate_label = true

  lifecycle {
    create_before_destroy = true
  }
}

resource "hosting_whmcs_server" "dcim" {
  name            = "TopLink DCIM"
  module          = "toplink_dcim"
  hostname        = "127.0.0.1"
  ip_address      = "127.0.0.1"
  port            = %s
  username        = hosting_dcim_api_key.whmcs.key
  password        = hosting_dcim_api_key.whmcs.secret
  test_connection = true
}
`, address, rotatedOn, dcim.Port()))
}

// inUse is the API key with which WHMCS calls the DCIM, which has to be one that works from WHMCS's address.
func inUse(t *testing.T, env *acctest.Env) sandbox.APIKey {
	t.Helper()
	stored := env.WHMCS.Row(t, "tblservers", "1")
	require.NotNil(t, stored)
	for _, key := range env.Sandbox.DCIM.APIKeys() {
		if key.Key == stored["username"] {
			assert.Equal(t, key.Secret, env.WHMCS.ServerPassword(t, "1"), "WHMCS has the KEY of one key and the secret of another")
			assert.Contains(t, []string{"", "127.0.0.1"}, key.IP, "WHMCS may not call with the key that it has")
			return key
		}
	}
	require.Fail(t, "the key that WHMCS has is gone from the DCIM: nothing can be provisioned")
	return sandbox.APIKey{}
}

// keysLabelled are the ids of the keys that the DCIM has for WHMCS.
func keysLabelled(env *acctest.Env, label string) []int64 {
	var ids []int64
	for _, key := range env.Sandbox.DCIM.APIKeys() {
		if key.Label == label {
			ids = append(ids, key.ID)
		}
	}
	return ids
}

// steps are the requests to the systems, without Terraform's own reads.
func steps(env *acctest.Env) []string {
	var all []string
	for _, r := range env.Sandbox.Journal().Requests() {
		if r.Write || r.Op == "test_connection" {
			all = append(all, strings.TrimSpace(r.Op+" "+r.Kind))
		}
	}
	return all
}

// TestRotation: the new key is made, WHMCS has tried and stored it, and only then does the old one go.
func TestRotation(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		var first, second sandbox.APIKey
		acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
			{
				Config:        rotation(t, env, "2026-01-31", "127.0.0.1"),
				PostApplyFunc: func() { first = inUse(t, env) },
			},
			{
				PreConfig: env.Sandbox.Journal().Reset,
				Config:    rotation(t, env, "2026-07-31", "127.0.0.1"),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(rotatedKey, plancheck.ResourceActionCreateBeforeDestroy),
					plancheck.ExpectResourceAction(rotatedServer, plancheck.ResourceActionUpdate),
				}},
				PostApplyFunc: func() { second = inUse(t, env) },
			},
			{Config: rotation(t, env, "2026-07-31", "127.0.0.1"), ConfigPlanChecks: acctest.EmptyPlan()},
		}})
		assert.NotEqual(t, first.Key, second.Key)
		assert.NotEqual(t, first.Secret, second.Secret)
		assert.NotNil(t, second.LastCallAt, "the connection test never used the new key")
		asked := steps(env)
		if env.WHMCS.Name() == "sandbox" { // whose journal has both systems, in their true order
			assert.Equal(t, []string{"create api_key", "test_connection", "update server", "delete api_key"}, asked[:4])
		} else {
			assert.Equal(t, []string{"create api_key", "delete api_key"}, asked[:2])
		}
	})
}

// TestRotation_newKeyDoesNotWork: WHMCS tries the new key first. Where that fails it keeps the old one, which stays.
func TestRotation_newKeyDoesNotWork(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		var first sandbox.APIKey
		acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
			{
				Config:        rotation(t, env, "2026-01-31", "127.0.0.1"),
				PostApplyFunc: func() { first = inUse(t, env) },
			},
			{ // The new key admits an address that is not WHMCS's.
				Config:      rotation(t, env, "2026-07-31", "203.0.113.10"),
				ExpectError: acctest.Says("The connection test failed", "IP address 127.0.0.1 is not allowed", "Nothing was stored"),
			},
			{
				PreConfig: func() {
					assert.Equal(t, first.Key, inUse(t, env).Key, "WHMCS has the old key, and it works")
					assert.Len(t, keysLabelled(env, "WHMCS"), 2)
				},
				Config:        rotation(t, env, "2026-07-31", "127.0.0.1"),
				PostApplyFunc: func() { assert.NotEqual(t, first.Key, inUse(t, env).Key) },
			},
			{Config: rotation(t, env, "2026-07-31", "127.0.0.1"), ConfigPlanChecks: acctest.EmptyPlan()},
		}})
		assert.Empty(t, keysLabelled(env, "WHMCS"), "neither key is left after the destroy")
	})
}

// TestRotation_oldKeyStays: when the last step fails there is one key too many, never one too few.
func TestRotation_oldKeyStays(t *testing.T) {
	acctest.Each(t, faults, func(t *testing.T, env *acctest.Env) {
		var first sandbox.APIKey
		var mend func()
		acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
			{
				Config:        rotation(t, env, "2026-01-31", "127.0.0.1"),
				PostApplyFunc: func() { first = inUse(t, env) },
			},
			{
				PreConfig: func() {
					mend = env.Sandbox.AddFault(sandbox.Fault{System: "dcim", Op: "delete", Status: http.StatusInternalServerError, Times: -1})
				},
				Config:      rotation(t, env, "2026-07-31", "127.0.0.1"),
				ExpectError: acctest.Says("Unable to delete DCIM API key"),
			},
			{
				PreConfig: func() {
					assert.NotEqual(t, first.Key, inUse(t, env).Key, "WHMCS has the new key already")
					assert.Len(t, keysLabelled(env, "WHMCS"), 2)
					mend()
				},
				Config:        rotation(t, env, "2026-07-31", "127.0.0.1"),
				PostApplyFunc: func() { assert.Len(t, keysLabelled(env, "WHMCS"), 1, "the next apply deletes the old key") },
			},
		}})
	})
}

// TestRotation_ownKey changes the key with which Terraform itself calls the DCIM. It creates the new key with the old
// one, and deletes the old key with the new one. In the DCIM, a key cannot delete itself.
func TestRotation_ownKey(t *testing.T) {
	acctest.Each(t, acctest.Options{SandboxOnly: "the DCIM is in the sandbox"}, func(t *testing.T, env *acctest.Env) {
		const made, forgotten = `
resource "hosting_dcim_api_key" "terraform_2026" {
  label        = "Terraform 2026"
  ip_addresses = ["127.0.0.1"]
}
`, `
removed {
  from = hosting_dcim_api_key.terraform_2026
  lifecycle { destroy = false }
}
`
		old := env.Sandbox.DCIM.APIKeys()[0]
		adopted := fmt.Sprintf(`
import {
  to = hosting_dcim_api_key.terraform_2025
  id = "%d"
}
resource "hosting_dcim_api_key" "terraform_2025" { label = %q }
`, old.ID, old.Label)
		// The credential is where a pipeline has it: outside the configuration.
		folder := t.TempDir()
		credential := func(key sandbox.APIKey) {
			for name, text := range map[string]string{"key": key.Key, "secret": key.Secret} {
				require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
			}
		}
		credential(old)
		config := func(hcl ...string) string {
			return strings.NewReplacer(fmt.Sprintf("%q", old.Key), fmt.Sprintf("file(%q)", filepath.Join(folder, "key")),
				fmt.Sprintf("%q", old.Secret), fmt.Sprintf("file(%q)", filepath.Join(folder, "secret"))).Replace(env.Config(hcl...))
		}
		resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
			{Config: config(made, adopted)},
			{Config: config(made), ExpectError: acctest.Says("Unable to delete DCIM API key", "in use")},
			{PreConfig: func() {
				keys := env.Sandbox.DCIM.APIKeys()
				require.Len(t, keys, 2)
				credential(keys[1])
			}, Config: config(made)},
			{Config: config(made), ConfigPlanChecks: acctest.EmptyPlan()},
			{Config: config(forgotten)},
		}})
		keys := env.Sandbox.DCIM.APIKeys()
		require.Len(t, keys, 1)
		assert.Equal(t, "Terraform 2026", keys[0].Label)
	})
}

// postPayRotation is the key with which WHMCS calls SolusVM 2, and the connection that takes it.
func postPayRotation(env *acctest.Env, since string) string {
	return env.Config(strings.Replace(stepB4Key, `{ name = "WHMCS" }`, fmt.Sprintf(`{
  name                 = "WHMCS"
  rotation_triggers    = { since = %q }
  allow_duplicate_name = true

  lifecycle { create_before_destroy = true }
}`, since), 1), billing(fmt.Sprintf("api_connection = { url = %q, api_key = %s }", env.Sandbox.SolusVM2.URL(), keyOfB4)))
}

// TestRotation_postPay: WHMCS's key for SolusVM 2 is replaced, and WHMCS always has a valid key. If the new key does
// not pass the test, the old key stays in use.
func TestRotation_postPay(t *testing.T) {
	acctest.Each(t, acctest.Options{SandboxOnly: "the panel is in the sandbox"}, func(t *testing.T, env *acctest.Env) {
		alive := func() (tokens []string) {
			env.Sandbox.SolusVM2.View(func(s *sandbox.SolusVM2State) {
				for _, token := range s.Tokens {
					if token.Name == "WHMCS" {
						tokens = append(tokens, token.Secret)
					}
				}
			})
			return tokens
		}
		var first string
		var mend func()
		acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
			{Config: postPayRotation(env, "2026-01-31"), PostApplyFunc: func() {
				first = env.Sandbox.WHMCS.PostPay()["api_key"]
				assert.Equal(t, []string{first}, alive())
			}},
			{
				PreConfig: func() {
					mend = env.Sandbox.AddFault(sandbox.Fault{System: "whmcs", Op: "connect", Times: -1, Body: failureOf(t, "connection", "The panel did not pass the test. Nothing was changed.", object{"reason": "unavailable", "status": 503, "installation": "x"})})
				},
				Config:      postPayRotation(env, "2026-07-31"),
				ExpectError: acctest.Says("the connection test failed"),
			},
			{
				PreConfig: func() {
					assert.Equal(t, first, env.Sandbox.WHMCS.PostPay()["api_key"])
					assert.Contains(t, alive(), first, "the key in use is alive")
					mend()
				},
				Config: postPayRotation(env, "2026-07-31"),
				PostApplyFunc: func() {
					now := env.Sandbox.WHMCS.PostPay()["api_key"]
					assert.NotEqual(t, first, now)
					assert.Equal(t, []string{now}, alive(), "the old one is gone")
				},
			},
			{Config: postPayRotation(env, "2026-07-31"), ConfigPlanChecks: acctest.EmptyPlan()},
		}})
	})
}
