package apikey_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

const (
	typeName = "hosting_dcim_api_key"
	address  = typeName + ".test"
)

// options: the DCIM has one stand-in, whatever WHMCS is.
var options = acctest.Options{SandboxOnly: "the object lives in the DCIM"}

// key is an API key resource with the attributes given.
func key(extra ...string) string {
	return fmt.Sprintf("\nresource %q \"test\" {\n  label = \"WHMCS\"\n  %s\n}", typeName, strings.Join(extra, "\n  "))
}

// labelled are the DCIM's keys of a label.
func labelled(env *acctest.Env, label string) []sandbox.APIKey {
	var found []sandbox.APIKey
	for _, k := range env.Sandbox.DCIM.APIKeys() {
		if k.Label == label {
			found = append(found, k)
		}
	}
	return found
}

// change changes a key in the panel.
func change(env *acctest.Env, id string, do func(*sandbox.APIKey)) {
	env.Sandbox.DCIM.Mutate(func(state *sandbox.DCIMState) {
		for i := range state.APIKeys {
			if strconv.FormatInt(state.APIKeys[i].ID, 10) == id {
				do(&state.APIKeys[i])
			}
		}
	})
}

func remove(t *testing.T, env *acctest.Env, id string) {
	t.Helper()
	number, err := strconv.ParseInt(id, 10, 64)
	require.NoError(t, err)
	env.Sandbox.DCIM.DeleteAPIKey(number)
}

// stored checks that KEY, secret and addresses in state are those of the DCIM.
func stored(env *acctest.Env, ip string) resource.TestCheckFunc {
	return func(state *terraform.State) error {
		attributes := state.RootModule().Resources[address].Primary.Attributes
		for _, k := range env.Sandbox.DCIM.APIKeys() {
			if strconv.FormatInt(k.ID, 10) != attributes["id"] {
				continue
			}
			if attributes["key"] != k.Key || attributes["secret"] != k.Secret || k.IP != ip {
				return fmt.Errorf("state has key %s and secret %s, the DCIM has %+v, want the addresses %q", attributes["key"], attributes["secret"], k, ip)
			}
			return nil
		}
		return fmt.Errorf("the DCIM has no key %s", attributes["id"])
	}
}

func TestAccAPIKey_lifecycle(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		var id, first string
		full := key(`ip_addresses = ["2001:db8::10", "192.0.2.10"]`)
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{
					Config: env.Config(key()),
					Check: resource.ComposeAggregateTestCheckFunc(
						acctest.SaveID(address, &id), acctest.SaveID(address, &first), stored(env, ""),
						resource.TestMatchResourceAttr(address, "key", regexp.MustCompile(`^[0-9a-f]{64}$`)),
						resource.TestMatchResourceAttr(address, "secret", regexp.MustCompile(`^[0-9a-f]{64}$`)),
						resource.TestCheckResourceAttr(address, "ip_addresses.#", "0"),
					),
				},
				// The DCIM shows the secret once. Updates and refreshes keep it in the state.
				{
					Config:           env.Config(full),
					ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
					Check: resource.ComposeAggregateTestCheckFunc(
						resource.TestCheckResourceAttrPtr(address, "id", &first), stored(env, "192.0.2.10,2001:db8::10"),
					),
				},
				{
					Config:           env.Config(strings.Replace(full, `"WHMCS"`, `"WHMCS <&\"' 🚀"`, 1)),
					ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
					Check:            resource.ComposeAggregateTestCheckFunc(stored(env, "192.0.2.10,2001:db8::10"), resource.TestCheckResourceAttr(address, "label", `WHMCS <&"' 🚀`)),
				},
				// The DCIM never shows the secret again.
				{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"secret"}},
				// Left out is unmanaged.
				{Config: env.Config(strings.Replace(key(), `"WHMCS"`, `"WHMCS <&\"' 🚀"`, 1)), ConfigPlanChecks: acctest.EmptyPlan()},
				// Drift is planned and repaired.
				{
					PreConfig:        func() { change(env, id, func(k *sandbox.APIKey) { k.Label, k.IP = "by hand", "198.51.100.1" }) },
					Config:           env.Config(full),
					ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
					Check:            resource.ComposeAggregateTestCheckFunc(stored(env, "192.0.2.10,2001:db8::10"), resource.TestCheckResourceAttr(address, "label", "WHMCS")),
				},
				// Deleted behind Terraform: a new one is made.
				{
					PreConfig:        func() { remove(t, env, id) },
					Config:           env.Config(full),
					ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionCreate),
					Check:            stored(env, "192.0.2.10,2001:db8::10"),
				},
			},
		})
		require.Empty(t, labelled(env, "WHMCS"), "destroy leaves nothing")
	})
}

// TestAccAPIKey_importThenPlan: the plan is empty after the import of a complete configuration. The secret is null.
func TestAccAPIKey_importThenPlan(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		existing := env.Sandbox.DCIM.AddAPIKey("WHMCS", "192.0.2.10,192.0.2.9")
		hcl := key(`ip_addresses = ["192.0.2.10", "192.0.2.9"]`)
		block := fmt.Sprintf("import {\n  to = %s\n  id = \"%d\"\n}", address, existing.ID)
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{
					Config:           env.Config(block, hcl),
					ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionNoop),
					ConfigStateChecks: []statecheck.StateCheck{
						statecheck.ExpectKnownValue(address, tfjsonpath.New("secret"), knownvalue.Null()),
						statecheck.ExpectKnownValue(address, tfjsonpath.New("key"), knownvalue.StringExact(existing.Key)),
					},
				},
				{Config: env.Config(hcl), ConfigPlanChecks: acctest.EmptyPlan()},
			},
		})
	})
}

func TestAccAPIKey_importFails(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{Config: env.Config(key()), ResourceName: address, ImportState: true, ImportStateId: "4711", ExpectError: acctest.Says("Cannot import non-existent DCIM API key", "no such object with the id 4711")},
				{Config: env.Config(key()), ResourceName: address, ImportState: true, ImportStateId: "WHMCS", ExpectError: acctest.Says("Invalid import id", `Got: "WHMCS"`)},
			},
		})
	})
}

// TestAccAPIKey_rotation replaces the key when a trigger changes.
func TestAccAPIKey_rotation(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		var first, second string
		on := func(date string) string {
			return env.Config(key(fmt.Sprintf("rotation_triggers = { date = %q }", date)))
		}
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{Config: on("2026-01-01"), Check: acctest.SaveID(address, &first)},
				{
					Config:           on("2026-07-01"),
					ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionDestroyBeforeCreate),
					Check:            resource.ComposeAggregateTestCheckFunc(acctest.SaveID(address, &second), stored(env, "")),
				},
			},
		})
		require.NotEqual(t, first, second)
		require.Empty(t, labelled(env, "WHMCS"))
	})
}

// TestAccAPIKey_rotationWithoutGap makes the new key before it deletes the old one, and hands it to the server in
// WHMCS in between.
func TestAccAPIKey_rotationWithoutGap(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		on := func(date string) string {
			return env.Config(fmt.Sprintf(`
resource "hosting_dcim_api_key" "test" {
  label                 = "WHMCS"
  rotation_triggers     = { date = %q }
  allow_duplicate_label = true
  lifecycle { create_before_destroy = true }
}
resource "hosting_whmcs_server" "dcim" {
  name     = "DCIM"
  module   = "toplink_dcim"
  username = hosting_dcim_api_key.test.key
  password = hosting_dcim_api_key.test.secret
}`, date))
		}
		handedOver := func(*terraform.State) error {
			keys := labelled(env, "WHMCS")
			if len(keys) != 1 {
				return fmt.Errorf("the DCIM has %d keys labelled WHMCS", len(keys))
			}
			if got := env.WHMCS.ServerPassword(t, "1"); got != keys[0].Secret {
				return fmt.Errorf("WHMCS does not have the secret of the key that is left")
			}
			return nil
		}
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{Config: on("2026-01-01"), Check: handedOver},
				{
					PreConfig:        env.Sandbox.Journal().Reset,
					Config:           on("2026-07-01"),
					ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionCreateBeforeDestroy),
					Check:            handedOver,
				},
			},
		})
		var order []string
		for _, r := range env.Sandbox.Journal().Filter(func(r sandbox.Request) bool { return r.Write }) {
			order = append(order, r.Op+" "+r.Kind)
		}
		require.Equal(t, []string{"create api_key", "update server", "delete api_key"}, order[:3])
	})
}

// TestAccAPIKey_conflict: the DCIM has no conditional write, so what the plan expected is compared just before it.
func TestAccAPIKey_conflict(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		var id string
		byHand := func() {
			change(env, id, func(k *sandbox.APIKey) { k.Label, k.IP = "by hand", "198.51.100.1" })
		}
		full := key(`ip_addresses = ["192.0.2.10"]`)
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{Config: env.Config(key()), Check: acctest.SaveID(address, &id)},
				{
					Config:           env.Config(full),
					ConfigPlanChecks: acctest.BeforeApply(byHand),
					ExpectError:      acctest.Says("it was changed in the DCIM", `label to be "WHMCS", and the DCIM now has "by hand"`, "nothing was written"),
				},
				// Another key under the same id is another DCIM.
				{
					PreConfig: func() {
						change(env, id, func(k *sandbox.APIKey) { k.Label, k.IP, k.Key = "WHMCS", "", strings.Repeat("0", 64) })
					},
					Config:      env.Config(full),
					ExpectError: acctest.Says("The provider is connected to another DCIM", "Nothing was changed"),
				},
				{PreConfig: func() { remove(t, env, id) }, Config: env.Config(full), Check: stored(env, "192.0.2.10")},
				// Deleted between plan and apply.
				{
					Config:           env.Config(key(`ip_addresses = ["192.0.2.11"]`)),
					ConfigPlanChecks: acctest.BeforeApply(func() { env.Sandbox.DCIM.Mutate(func(s *sandbox.DCIMState) { s.APIKeys = s.APIKeys[:1] }) }),
					ExpectError:      acctest.Says("The DCIM no longer has this object", "terraform plan"),
				},
			},
		})
	})
}

func TestAccAPIKey_exists(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		existing := env.Sandbox.DCIM.AddAPIKey("WHMCS", "")
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{
					Config:      env.Config(key()),
					ExpectError: acctest.Says("Unable to create DCIM API key: it exists", "import {", "to = hosting_dcim_api_key.<NAME>", fmt.Sprintf("id = \"%d\"", existing.ID), "Its secret cannot be read any more"),
				},
				{Config: env.Config(key("allow_duplicate_label = true")), Check: stored(env, "")},
			},
		})
		require.Len(t, labelled(env, "WHMCS"), 1, "the one that Terraform did not make stays")
	})
}

// TestAccAPIKey_lostAnswer: a creation whose response was lost is never repeated. The message names the keys that the
// DCIM has now.
func TestAccAPIKey_lostAnswer(t *testing.T) {
	for _, c := range []struct {
		name  string
		fault sandbox.Fault
		keys  int
		says  []string
	}{
		{
			"reset after the DCIM made it", sandbox.Fault{Reset: true, AfterCommit: true}, 1,
			[]string{"the response was lost", "did not repeat the creation", `new key labelled "WHMCS" with the id 2`, "Delete it under Settings > System API, and apply again"},
		},
		{
			"truncated answer", sandbox.Fault{Truncate: 20}, 1,
			[]string{"the response was lost", `new key labelled "WHMCS" with the id 2`},
		},
		{
			"a page in place of the answer", sandbox.Fault{HTML: true, AfterCommit: true}, 1,
			[]string{"the response was lost", `new key labelled "WHMCS" with the id 2`},
		},
		{
			"server error after the DCIM made it", sandbox.Fault{Status: http.StatusBadGateway, AfterCommit: true}, 1,
			[]string{"the response was lost", `new key labelled "WHMCS" with the id 2`},
		},
		{
			"reset before the DCIM looked at it", sandbox.Fault{Reset: true}, 0,
			[]string{"the response was lost", "no new key with this label, so it was not created. Apply again."},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
				fault := c.fault
				fault.System, fault.Op, fault.Times = "dcim", "create", 1
				env.Sandbox.AddFault(fault)
				p := env.Protocol(t)
				change, diagnostics := p.PlanChange(t, typeName, nil, map[string]any{"label": "WHMCS"})
				require.Empty(t, acctest.Messages(diagnostics))
				instance, diagnostics := p.Apply(t, change)
				require.Nil(t, p.State(t, instance), "a key without its secret is no use in state")
				messages := acctest.Messages(diagnostics)
				require.Len(t, messages, 1)
				require.Regexp(t, acctest.Says(c.says...), messages[0])
				require.Len(t, labelled(env, "WHMCS"), c.keys)
				require.Equal(t, 1, env.Sandbox.Journal().Count("dcim", "create", ""), "the creation was repeated")
			})
		})
	}
}

// TestAccAPIKey_refused: what the DCIM refuses comes with the next step, and a plan does not fail of it.
func TestAccAPIKey_refused(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(env *acctest.Env)
		says  []string
	}{
		{
			"wrong secret", func(env *acctest.Env) {
				change(env, "1", func(k *sandbox.APIKey) { k.Secret = strings.Repeat("0", 64) })
			},
			[]string{"api_keys.list: ", "Check the DCIM key and secret of the provider"},
		},
		{
			"address that is not listed", func(env *acctest.Env) { change(env, "1", func(k *sandbox.APIKey) { k.IP = "192.0.2.1" }) },
			[]string{"is not allowed (", "Add the address of the host that runs Terraform"},
		},
		{
			"maintenance page", func(env *acctest.Env) { env.Sandbox.AddFault(sandbox.Fault{System: "dcim", HTML: true, Times: -1}) },
			[]string{"got a page instead of JSON", "wire profile"},
		},
		{
			"no connection", func(env *acctest.Env) { env.Sandbox.AddFault(sandbox.Fault{System: "dcim", Reset: true, Times: -1}) },
			[]string{"connection"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
				p := env.Protocol(t)
				existing := p.Do(t, typeName, nil, map[string]any{"label": "Existing"})
				c.spoil(env)

				change, diagnostics := p.PlanChange(t, typeName, nil, map[string]any{"label": "WHMCS"})
				messages := acctest.Messages(diagnostics)
				require.Len(t, messages, 1)
				require.Contains(t, messages[0], "warning at : The DCIM could not check the planned API key")
				require.Regexp(t, acctest.Says(append(c.says, "The apply checks it.")...), messages[0])

				_, diagnostics = p.Apply(t, change)
				messages = acctest.Messages(diagnostics)
				require.Len(t, messages, 1)
				require.Regexp(t, acctest.Says(append([]string{"error at : Unable to create DCIM API key"}, c.says...)...), messages[0])

				// None of this means that a key is gone.
				read, diagnostics := p.Read(t, existing)
				require.Len(t, diagnostics, 1)
				require.NotNil(t, p.State(t, read))
			})
		})
	}
}

// TestAccAPIKey_moved: a DCIM with another host name is the same DCIM if it has the same KEY. The identity does not
// change.
func TestAccAPIKey_moved(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		made := env.Protocol(t).Do(t, typeName, nil, map[string]any{"label": "WHMCS"})
		moved := acctest.NewProtocol(t, "test")
		adminKey, adminSecret := env.Sandbox.DCIM.AdminKey()
		require.Empty(t, acctest.Messages(moved.Configure(t, map[string]any{"dcim": map[string]any{
			"url": strings.Replace(env.Sandbox.DCIM.URL(), "127.0.0.1", "localhost", 1), "key": adminKey, "secret": adminSecret, "profile": env.ProfileText(t),
		}})))
		read, diagnostics := moved.Read(t, made)
		require.Empty(t, acctest.Messages(diagnostics))
		require.Equal(t, moved.Identity(t, made), moved.Identity(t, read))
		updated := moved.Do(t, typeName, read, map[string]any{"label": "Renamed"})
		require.Equal(t, moved.Identity(t, made), moved.Identity(t, updated))
	})
}

// TestAccAPIKey_elsewhere: a key stays in the state if the provider is connected to another DCIM that lacks the key.
func TestAccAPIKey_elsewhere(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		made := env.Protocol(t).Do(t, typeName, nil, map[string]any{"label": "WHMCS"})
		other := env.WithSandbox(acctest.NewSandbox(t, sandbox.Options{DCIM: sandbox.DCIMOptions{Profile: env.ProfileText(t)}})).Protocol(t)
		_, diagnostics := other.Read(t, made)
		require.Len(t, acctest.Messages(diagnostics), 1)
		require.Contains(t, acctest.Messages(diagnostics)[0], "The provider is connected to another DCIM")
		for _, config := range []map[string]any{nil, {"label": "Renamed"}} {
			change, diagnostics := other.PlanChange(t, typeName, made, config)
			require.Empty(t, acctest.Messages(diagnostics))
			_, diagnostics = other.Apply(t, change)
			require.Len(t, acctest.Messages(diagnostics), 1)
			require.Contains(t, acctest.Messages(diagnostics)[0], "The provider is connected to another DCIM")
		}
		require.Len(t, env.Sandbox.DCIM.APIKeys(), 2, "the provider's own key and the one made")
	})
}

func TestAccAPIKey_badInput(t *testing.T) {
	acctest.Each(t, options, func(t *testing.T, env *acctest.Env) {
		acctest.BadInput(t, env, typeName, map[string]any{"label": "WHMCS"}, []acctest.BadValue{
			{Name: "no label", Attributes: map[string]any{"label": nil}, Path: "label", Says: "Missing Configuration for Required Attribute"},
			{Name: "blank label", Attributes: map[string]any{"label": " "}, Path: "label", Says: "must not be empty"},
			{Name: "long label", Attributes: map[string]any{"label": strings.Repeat("x", 256)}, Path: "label", Says: "at most 255"},
			{Name: "host name", Attributes: map[string]any{"ip_addresses": []any{"billing.example.com"}}, Path: "ip_addresses[*]", Says: "is not an IP address"},
			{Name: "range", Attributes: map[string]any{"ip_addresses": []any{"192.0.2.0/24"}}, Path: "ip_addresses[*]", Says: "neither ranges nor host names"},
			{Name: "null address", Attributes: map[string]any{"ip_addresses": []any{nil}}, Path: "ip_addresses", Says: "null"},
			{Name: "two in one", Attributes: map[string]any{"ip_addresses": []any{"192.0.2.1,192.0.2.2"}}, Path: "ip_addresses[*]", Says: "is not an IP address"},
			{Name: "address with a zone", Attributes: map[string]any{"ip_addresses": []any{"fe80::1%eth0"}}, Path: "ip_addresses[*]", Says: "is not an IP address"},
			{Name: "secret is computed", Attributes: map[string]any{"secret": "x"}, Path: "secret", Says: "read-only"},
		})
	})
}

// TestAccAPIKey_complaint: what only the DCIM knows to be wrong is said at the attribute.
func TestAccAPIKey_complaint(t *testing.T) {
	acctest.Each(t, options, func(t *testing.T, env *acctest.Env) {
		env.Sandbox.AddFault(sandbox.Fault{
			System: "dcim", Op: "create", Status: http.StatusUnprocessableEntity,
			Body: `{"message": "The given data was invalid.", "errors": {"ip": ["The ip is reserved."], "quota": ["Too many keys."]}}`,
		})
		p := env.Protocol(t)
		change, diagnostics := p.PlanChange(t, typeName, nil, map[string]any{"label": "WHMCS", "ip_addresses": []any{"192.0.2.1"}})
		require.Empty(t, acctest.Messages(diagnostics))
		_, diagnostics = p.Apply(t, change)
		require.Equal(t, []string{
			"error at ip_addresses: Unable to create DCIM API key: The DCIM does not accept this value: The ip is reserved.\n\nAttribute: ip_addresses",
			"error at : Unable to create DCIM API key (quota): The DCIM does not accept this value: Too many keys.",
		}, acctest.Messages(diagnostics))
	})
}

func TestAccAPIKeys_dataSource(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		for n := range 120 { // more than a page
			env.Sandbox.DCIM.AddAPIKey(fmt.Sprintf("Billing %03d", n), "")
		}
		existing := env.Sandbox.DCIM.AddAPIKey("WHMCS", "192.0.2.10,192.0.2.9")
		list := "data.hosting_dcim_api_keys."
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{
					Config:      env.Config(`data "hosting_dcim_api_keys" "bad" { label_regex = "(" }`),
					ExpectError: acctest.Says("Invalid regular expression", "missing closing )"),
				},
				{
					Config: env.Config(`
data "hosting_dcim_api_keys" "all" {}
data "hosting_dcim_api_keys" "one" { label_regex = "^WHM" }
data "hosting_dcim_api_keys" "none" { label_regex = "^nothing$" }`),
					Check: resource.ComposeAggregateTestCheckFunc(
						resource.TestCheckResourceAttr(list+"all", "api_keys.#", "122"),
						resource.TestCheckResourceAttr(list+"all", "api_keys.0.label", "Terraform"),
						resource.TestCheckResourceAttrSet(list+"all", "api_keys.0.last_call_at"),
						resource.TestCheckResourceAttr(list+"one", "api_keys.#", "1"),
						resource.TestCheckResourceAttr(list+"one", "api_keys.0.id", strconv.FormatInt(existing.ID, 10)),
						resource.TestCheckResourceAttr(list+"one", "api_keys.0.key", existing.Key),
						resource.TestCheckResourceAttr(list+"one", "api_keys.0.ip_addresses.#", "2"),
						resource.TestCheckNoResourceAttr(list+"one", "api_keys.0.last_call_at"),
						resource.TestCheckResourceAttrSet(list+"one", "api_keys.0.created_at"),
						resource.TestCheckResourceAttr(list+"none", "api_keys.#", "0"),
					),
				},
			},
		})
	})
}
