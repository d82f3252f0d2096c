package server_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
)

const (
	typeName = "hosting_whmcs_server"
	address  = typeName + ".test"
	table    = "tblservers"
)

// configuration is a server of the TopLink module, with the attributes given.
func configuration(extra ...string) string {
	return fmt.Sprintf(`
resource "hosting_whmcs_server" "test" {
  name   = "DCIM"
  module = "toplink_dcim"
  %s
}`, strings.Join(extra, "\n  "))
}

// column checks what WHMCS stores of the server.
func column(t *testing.T, env *acctest.Env, name, want string) resource.TestCheckFunc {
	return acctest.Column(t, env.WHMCS, address, table, name, want)
}

// password checks the password that WHMCS stores, in the clear.
func password(t *testing.T, env *acctest.Env, want string) resource.TestCheckFunc {
	return acctest.Check(address, func(id string) error {
		if got := env.WHMCS.ServerPassword(t, id); got != want {
			return fmt.Errorf("the stored password is %q, want %q", got, want)
		}
		return nil
	})
}

// full states every field of the runbook's step A7 and all the others.
const full = `
  hostname              = "dcim.example.com"
  ip_address            = "192.0.2.10"
  assigned_ip_addresses = ["192.0.2.12", "192.0.2.11"]
  monthly_cost          = "120.50"
  noc                   = "Mumbai <DC1> & Co"
  status_address        = "https://dcim.example.com/status/"
  nameservers           = [{ hostname = "ns1.example.com", ip_address = "192.0.2.1" }, { hostname = "ns2.example.com", ip_address = "" }]
  max_accounts          = 50
  username              = "the-key"
  toplink_dcim          = { username_prefix = "dcim", hostname_format = "{label}-{ipv4}" }
  secure                = true
  port                  = 8443
  default_for_module    = true
  disabled              = true`

func TestAccServer_lifecycle(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		var id, first string
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			CheckDestroy:             acctest.Gone(t, env.WHMCS, table, &id),
			Steps: []resource.TestStep{
				{
					Config: env.Config(configuration()),
					Check: resource.ComposeAggregateTestCheckFunc(
						acctest.SaveID(address, &id), acctest.SaveID(address, &first),
						resource.TestCheckResourceAttr(address, "hostname", ""),
						resource.TestCheckResourceAttr(address, "monthly_cost", "0.00"),
						resource.TestCheckResourceAttr(address, "nameservers.#", "0"),
						resource.TestCheckResourceAttr(address, "max_accounts", "200"),
						resource.TestCheckResourceAttr(address, "port", "0"),
						resource.TestCheckResourceAttr(address, "secure", "false"),
						resource.TestCheckResourceAttr(address, "disabled", "false"),
						resource.TestCheckNoResourceAttr(address, "default_for_module"),
						resource.TestCheckNoResourceAttr(address, "toplink_dcim"),
					),
				},
				{
					Config:           env.Config(configuration(full)),
					ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
					Check: resource.ComposeAggregateTestCheckFunc(
						resource.TestCheckResourceAttrPtr(address, "id", &first),
						column(t, env, "type", "toplink_dcim"),
						column(t, env, "hostname", "dcim.example.com"),
						column(t, env, "ipaddress", "192.0.2.10"),
						column(t, env, "assignedips", "192.0.2.12\n192.0.2.11"),
						column(t, env, "monthlycost", "120.50"),
						resource.TestCheckResourceAttr(address, "noc", "Mumbai <DC1> & Co"),
						column(t, env, "statusaddress", "https://dcim.example.com/status/"),
						column(t, env, "nameserver1", "ns1.example.com"),
						column(t, env, "nameserver1ip", "192.0.2.1"),
						column(t, env, "nameserver2", "ns2.example.com"),
						column(t, env, "maxaccounts", "50"),
						column(t, env, "username", "the-key"),
						column(t, env, "secure", "on"),
						column(t, env, "port", "8443"),
						column(t, env, "active", "1"),
						column(t, env, "disabled", "1"),
					),
				},
				{ResourceName: address, ImportState: true, ImportStateVerify: true},
				// Left out is unmanaged: removing an attribute keeps its value.
				{
					Config:           env.Config(configuration("default_for_module = true", `toplink_dcim = { username_prefix = "dcim", hostname_format = "{label}-{ipv4}" }`)),
					ConfigPlanChecks: acctest.EmptyPlan(),
				},
				// Drift is planned and repaired.
				{
					PreConfig:        func() { env.WHMCS.Set(t, table, id, "port", "444"); env.WHMCS.Set(t, table, id, "secure", "") },
					Config:           env.Config(configuration(full)),
					ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
					Check:            resource.ComposeAggregateTestCheckFunc(column(t, env, "port", "8443"), column(t, env, "secure", "on")),
				},
				// Deleted in WHMCS: created again.
				{
					PreConfig:        func() { env.WHMCS.Delete(t, table, id) },
					Config:           env.Config(configuration(full)),
					ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionCreate),
					Check:            acctest.SaveID(address, &id),
				},
			},
		})
	})
}

func TestAccServer_importThenPlan(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		acctest.ImportThenPlan(t, env, configuration(full), address)
	})
}

// TestAccServer_port: 0 is the module's default port, in both directions.
func TestAccServer_port(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{Config: env.Config(configuration("port = 8443")), Check: column(t, env, "port", "8443")},
				{
					Config:           env.Config(configuration("port = 0", "nameservers = []")),
					ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
					Check:            resource.TestCheckResourceAttr(address, "port", "0"),
				},
				{Config: env.Config(configuration("port = 65535")), Check: column(t, env, "port", "65535")},
			},
		})
	})
}

// TestAccServer_module changes the module in place. The settings of the TopLink module stay where they are, and the
// other module does not see them.
func TestAccServer_module(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		toplink := `toplink_dcim = { username_prefix = "dcim", hostname_format = "{label}" }`
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{Config: env.Config(configuration(toplink))},
				{
					Config:           env.Config(strings.ReplaceAll(configuration(), "toplink_dcim", "samplevps")),
					ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
					Check:            column(t, env, "type", "samplevps"),
				},
				{
					Config:           env.Config(configuration(toplink)),
					ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
					Check:            column(t, env, "type", "toplink_dcim"),
				},
			},
		})
	})
}

// TestAccServer_password keeps the password in state: it is sent when it changes, drift of it is planned and repaired,
// and leaving it out clears nothing.
func TestAccServer_password(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		var id string
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{
					Config: env.Config(configuration(`password = "first <&\"' secret"`)),
					Check:  resource.ComposeAggregateTestCheckFunc(acctest.SaveID(address, &id), password(t, env, `first <&"' secret`)),
				},
				{
					Config:           env.Config(configuration(`password = "second secret"`)),
					ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
					Check:            password(t, env, "second secret"),
				},
				{
					PreConfig:        func() { env.WHMCS.SetServerPassword(t, id, "set by hand") },
					Config:           env.Config(configuration(`password = "second secret"`)),
					ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
					Check:            password(t, env, "second secret"),
				},
				{Config: env.Config(configuration(`password = "second secret"`)), ConfigPlanChecks: acctest.EmptyPlan()},
				{Config: env.Config(configuration()), Check: password(t, env, "second secret")},
				// No longer managed: a change by hand is not drift.
				{
					PreConfig:        func() { env.WHMCS.SetServerPassword(t, id, "set by hand") },
					Config:           env.Config(configuration()),
					ConfigPlanChecks: acctest.EmptyPlan(),
					Check:            password(t, env, "set by hand"),
				},
			},
		})
	})
}

// TestAccServer_passwordWriteOnly keeps the password out of state: it is sent when its version changes, and drift of
// it shows in the version.
func TestAccServer_passwordWriteOnly(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		var id string
		versioned := func(password string, version int) string {
			return env.Config(configuration(fmt.Sprintf("password_wo = %q", password), fmt.Sprintf("password_wo_version = %d", version)))
		}
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			TerraformVersionChecks:   acctest.WriteOnlyAttributes(),
			Steps: []resource.TestStep{
				{
					Config: versioned("first secret", 1),
					Check: resource.ComposeAggregateTestCheckFunc(
						acctest.SaveID(address, &id), password(t, env, "first secret"),
						resource.TestCheckNoResourceAttr(address, "password_wo"), resource.TestCheckNoResourceAttr(address, "password"),
					),
				},
				// Without a new version the new value stays where it is.
				{Config: versioned("second secret", 1), ConfigPlanChecks: acctest.EmptyPlan(), Check: password(t, env, "first secret")},
				{
					Config:           versioned("second secret", 2),
					ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
					Check:            password(t, env, "second secret"),
				},
				{
					PreConfig: func() { env.WHMCS.SetServerPassword(t, id, "set by hand") },
					Config:    versioned("second secret", 2),
					ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
						plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
					}},
					Check: resource.ComposeAggregateTestCheckFunc(password(t, env, "second secret"), resource.TestCheckResourceAttr(address, "password_wo_version", "2")),
				},
				// From write-only to state and back.
				{Config: env.Config(configuration(`password = "third secret"`)), Check: password(t, env, "third secret")},
				{Config: versioned("fourth secret", 1), Check: password(t, env, "fourth secret")},
			},
		})
	})
}

func TestAccServer_accessHash(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		var id string
		hash := func(want string) resource.TestCheckFunc { return column(t, env, "accesshash", want) }
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			TerraformVersionChecks:   acctest.WriteOnlyAttributes(),
			Steps: []resource.TestStep{
				{
					Config: env.Config(configuration(`access_hash = "first\nhash"`)),
					Check:  resource.ComposeAggregateTestCheckFunc(acctest.SaveID(address, &id), hash("first\nhash")),
				},
				{
					PreConfig:        func() { env.WHMCS.Set(t, table, id, "accesshash", "set by hand") },
					Config:           env.Config(configuration(`access_hash = "first\nhash"`)),
					ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
					Check:            hash("first\nhash"),
				},
				{Config: env.Config(configuration()), Check: hash("first\nhash")},
				{
					Config: env.Config(configuration(`access_hash_wo = "second hash"`, "access_hash_wo_version = 1")),
					Check:  resource.ComposeAggregateTestCheckFunc(hash("second hash"), resource.TestCheckNoResourceAttr(address, "access_hash_wo")),
				},
				{
					PreConfig:        func() { env.WHMCS.Set(t, table, id, "accesshash", "set by hand") },
					Config:           env.Config(configuration(`access_hash_wo = "second hash"`, "access_hash_wo_version = 1")),
					ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
					Check:            hash("second hash"),
				},
			},
		})
	})
}

// TestAccServer_toplinkDCIM: the module's two settings live in the access hash.
func TestAccServer_toplinkDCIM(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		var id string
		stored := func(prefix string) resource.TestCheckFunc {
			return acctest.Check(address, func(id string) error {
				var hash map[string]string
				if err := json.Unmarshal([]byte(env.WHMCS.Row(t, table, id)["accesshash"]), &hash); err != nil {
					return err
				}
				if want := (map[string]string{"username_prefix": prefix, "hostname_format": "{label}-{ipv4}"}); !maps.Equal(hash, want) {
					return fmt.Errorf("the access hash holds %v, want %v", hash, want)
				}
				return nil
			})
		}
		settings := func(prefix string) string {
			return env.Config(configuration(fmt.Sprintf(`toplink_dcim = { username_prefix = %q, hostname_format = "{label}-{ipv4}" }`, prefix)))
		}
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{
					Config: settings("dcim"),
					Check: resource.ComposeAggregateTestCheckFunc(
						acctest.SaveID(address, &id),
						stored("dcim"),
						resource.TestCheckResourceAttr(address, "toplink_dcim.username_prefix", "dcim"),
					),
				},
				{
					Config:           settings("platform"),
					ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
					Check:            stored("platform"),
				},
				// Drift of one setting, and of the whole.
				{
					PreConfig: func() {
						env.WHMCS.Set(t, table, id, "accesshash", `{"username_prefix":"by hand","hostname_format":"{label}-{ipv4}"}`)
					},
					Config:           settings("platform"),
					ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
					Check:            resource.TestCheckResourceAttr(address, "toplink_dcim.username_prefix", "platform"),
				},
				{
					PreConfig:        func() { env.WHMCS.Set(t, table, id, "accesshash", "") },
					Config:           settings("platform"),
					ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
					Check:            stored("platform"),
				},
				// Given up, then replaced by an access hash of one's own.
				{Config: env.Config(configuration()), ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate)},
				{Config: env.Config(configuration(`access_hash = "a token"`)), Check: column(t, env, "accesshash", "a token")},
			},
		})
	})
}

// TestAccServer_defaultForModule: a module has one default server. Taking it over is a change here and drift there.
func TestAccServer_defaultForModule(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		var first, second string
		two := func(one, other string) string {
			return env.Config(configuration(one), fmt.Sprintf(`
resource "hosting_whmcs_server" "second" {
  name       = "Second"
  module     = "toplink_dcim"
  depends_on = [hosting_whmcs_server.test]
  %s
}`, other))
		}
		active := func(id *string, want string) resource.TestCheckFunc {
			return func(*terraform.State) error {
				if got := env.WHMCS.Row(t, table, *id)["active"]; got != want && (want != "0" || got != "") {
					return fmt.Errorf("active of server %s is %q, want %q", *id, got, want)
				}
				return nil
			}
		}
		yes := "default_for_module = true"
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{
					Config: two(yes, ""),
					Check: resource.ComposeAggregateTestCheckFunc(
						acctest.SaveID(address, &first), acctest.SaveID(typeName+".second", &second), active(&first, "1"), active(&second, "0"),
					),
				},
				{Config: two("", yes), Check: resource.ComposeAggregateTestCheckFunc(active(&first, "0"), active(&second, "1"))},
				{
					PreConfig: func() { env.WHMCS.Set(t, table, second, "active", "0"); env.WHMCS.Set(t, table, first, "active", "1") },
					Config:    two("", yes),
					ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
						plancheck.ExpectResourceAction(address, plancheck.ResourceActionNoop),
						plancheck.ExpectResourceAction(typeName+".second", plancheck.ResourceActionUpdate),
					}},
					Check: resource.ComposeAggregateTestCheckFunc(active(&first, "0"), active(&second, "1")),
				},
			},
		})
	})
}

// TestAccServer_testConnection: the module really calls the DCIM with the candidate values, and a failure stores
// nothing.
func TestAccServer_testConnection(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		dcim, err := url.Parse(env.Sandbox.DCIM.URL())
		require.NoError(t, err)
		key, secret := env.Sandbox.DCIM.AdminKey()
		tested := func(password, port, extra string) string {
			return env.Config(configuration(
				fmt.Sprintf(`ip_address = "127.0.0.1"
  port       = %s
  username   = %q
  password   = %q`, port, key, password), "test_connection = true", extra))
		}
		var id string
		var before map[string]string
		servers := env.WHMCS.Count(t, table)
		nothingStored := func() {
			t.Helper()
			require.Equal(t, servers, env.WHMCS.Count(t, table), "a failed test has left a server behind")
		}
		unchanged := func() {
			t.Helper()
			require.Equal(t, before, env.WHMCS.Row(t, table, id), "a failed test has changed the server")
		}
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{
					Config:      tested("wrong password", dcim.Port(), ""),
					ExpectError: acctest.Says("The connection test failed", "Nothing was stored.", "Check hostname, ip_address, port"),
				},
				{
					PreConfig: nothingStored,
					Config:    tested(secret, dcim.Port(), ""),
					Check:     resource.ComposeAggregateTestCheckFunc(acctest.SaveID(address, &id), password(t, env, secret)),
				},
				{
					PreConfig:   func() { before = env.WHMCS.Row(t, table, id) },
					Config:      tested("wrong password", dcim.Port(), `noc = "changed"`),
					ExpectError: acctest.Says("The connection test failed", "Nothing was stored."),
				},
				{
					PreConfig:   unchanged,
					Config:      tested(secret, "1", ""),
					ExpectError: acctest.Says("The connection test failed", "Nothing was stored."),
				},
				// A change that the connection does not depend on is not tested. The test uses stored values for unchanged fields.
				{
					PreConfig: unchanged,
					Config:    tested(secret, dcim.Port(), `noc = "changed"`),
					Check:     column(t, env, "noc", "changed"),
				},
				{Config: tested(secret, dcim.Port(), `hostname = "localhost"`), Check: password(t, env, secret)},
			},
		})
	})
}

// TestAccServer_testConnectionSwitchedOn tests what is stored when only the test is new.
func TestAccServer_testConnectionSwitchedOn(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{Config: env.Config(configuration(`ip_address = "127.0.0.1"`, "port = 1"))},
				{Config: env.Config(configuration(`ip_address = "127.0.0.1"`, "port = 1", "test_connection = true")), ExpectError: acctest.Says("The connection test failed")},
			},
		})
	})
}

func TestAccServer_exists(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		other := strings.Replace(configuration(), `"test"`, `"other"`, 1)
		var id string
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{Config: env.Config(configuration()), Check: acctest.SaveID(address, &id)},
				{
					Config:      env.Config(configuration(), other),
					ExpectError: acctest.Says("Unable to create server: it exists", "import {", "to = hosting_whmcs_server.<NAME>", "allow_duplicate_name = true"),
				},
				{
					Config: env.Config(configuration(), strings.Replace(other, "name ", "allow_duplicate_name = true\n  name ", 1)),
					Check: resource.ComposeAggregateTestCheckFunc(
						resource.TestCheckResourceAttr(typeName+".other", "name", "DCIM"),
						resource.TestCheckResourceAttrPtr(address, "id", &id),
					),
				},
			},
		})
	})
}

// TestAccServer_inUse: live services keep a server, and the message says what cures that.
func TestAccServer_inUse(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		var id, service string
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{Config: env.Config(configuration()), Check: acctest.SaveID(address, &id)},
				{
					PreConfig:   func() { service = env.WHMCS.AddService(t, "1", id, "Suspended") },
					Config:      env.Config(),
					ExpectError: acctest.Says("Unable to delete server", "it is in use", "services: 1", "set disabled = true"),
				},
				{
					PreConfig: func() { env.WHMCS.Set(t, "tblhosting", service, "domainstatus", "Terminated") },
					Config:    env.Config(),
				},
			},
		})
		require.Nil(t, env.WHMCS.Row(t, table, id))
	})
}

// TestAccServer_unknowns takes what it can from other resources, so that nothing of it is known while planning.
func TestAccServer_unknowns(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			TerraformVersionChecks:   acctest.WriteOnlyAttributes(),
			Steps: []resource.TestStep{
				{
					Config: env.Config(`
resource "terraform_data" "later" {
  input = {
    name = "DCIM", module = "toplink_dcim", address = "192.0.2.7", cost = "12.5", port = 8443, yes = true, version = 1, hash = "hash"
    nameservers = [{ hostname = "ns1.example.com", ip_address = "" }], nameserver = { hostname = "ns2.example.com", ip_address = "192.0.2.9" }
  }
}
resource "hosting_dcim_api_key" "whmcs" { label = "WHMCS" }
resource "hosting_whmcs_server" "test" {
  name                   = terraform_data.later.output.name
  module                 = terraform_data.later.output.module
  hostname               = terraform_data.later.output.address
  ip_address             = terraform_data.later.output.address
  assigned_ip_addresses  = [terraform_data.later.output.address, "192.0.2.8"]
  monthly_cost           = terraform_data.later.output.cost
  nameservers            = [terraform_data.later.output.nameservers[0], terraform_data.later.output.nameserver]
  max_accounts           = terraform_data.later.output.port
  username               = hosting_dcim_api_key.whmcs.key
  password               = hosting_dcim_api_key.whmcs.secret
  access_hash_wo         = terraform_data.later.output.hash
  access_hash_wo_version = terraform_data.later.output.version
  secure                 = terraform_data.later.output.yes
  port                   = terraform_data.later.output.port
  default_for_module     = terraform_data.later.output.yes
  disabled               = terraform_data.later.output.yes
  allow_duplicate_name   = terraform_data.later.output.yes
}`),
					Check: resource.ComposeAggregateTestCheckFunc(
						resource.TestCheckResourceAttrPair(address, "username", "hosting_dcim_api_key.whmcs", "key"),
						column(t, env, "assignedips", "192.0.2.7\n192.0.2.8"),
						column(t, env, "nameserver1", "ns1.example.com"),
						column(t, env, "nameserver2", "ns2.example.com"),
						column(t, env, "accesshash", "hash"),
						column(t, env, "active", "1"),
						acctest.Check(address, func(id string) error {
							keys := env.Sandbox.DCIM.APIKeys()
							if env.WHMCS.ServerPassword(t, id) != keys[len(keys)-1].Secret {
								return fmt.Errorf("the password is not the secret of the DCIM's new key")
							}
							return nil
						}),
					),
				},
			},
		})
	})
}

func TestAccServer_badInput(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		nameserver := map[string]any{"hostname": "ns.example.com", "ip_address": ""}
		toplink := map[string]any{"username_prefix": "dcim", "hostname_format": "{label}"}
		acctest.BadInput(t, env, typeName, map[string]any{"name": "DCIM", "module": "toplink_dcim"}, []acctest.BadValue{
			{Name: "no name", Attributes: map[string]any{"name": nil}, Path: "name", Says: "Missing Configuration for Required Attribute"},
			{Name: "blank name", Attributes: map[string]any{"name": "  "}, Path: "name", Says: "must not be empty"},
			{Name: "long name", Attributes: map[string]any{"name": strings.Repeat("x", 65536)}, Path: "name", Says: "at most 65535"},
			{Name: "no module", Attributes: map[string]any{"module": nil}, Path: "module", Says: "Missing Configuration for Required Attribute"},
			{Name: "module that is not installed", Attributes: map[string]any{"module": "cpanel"}, Path: "module", Says: "server module"},
			{Name: "name with a control character", Attributes: map[string]any{"name": "a\x07b"}, Path: "name", Says: "control character"},
			{Name: "port too great", Attributes: map[string]any{"port": 65536}, Path: "port", Says: "between 0 and 65535"},
			{Name: "negative port", Attributes: map[string]any{"port": -1}, Path: "port", Says: "between 0 and 65535"},
			{Name: "negative max_accounts", Attributes: map[string]any{"max_accounts": -1}, Path: "max_accounts", Says: "between 0 and 2147483647"},
			{Name: "negative cost", Attributes: map[string]any{"monthly_cost": "-1"}, Path: "monthly_cost", Says: "negative"},
			{Name: "cost that is no number", Attributes: map[string]any{"monthly_cost": "1,50"}, Path: "monthly_cost", Says: "Invalid amount"},
			{Name: "cost with too many decimals", Attributes: map[string]any{"monthly_cost": "1.505"}, Path: "monthly_cost", Says: "decimal"},
			{Name: "six nameservers", Attributes: map[string]any{"nameservers": []any{nameserver, nameserver, nameserver, nameserver, nameserver, nameserver}}, Path: "nameservers", Says: "at most 5"},
			{Name: "nameserver without a name", Attributes: map[string]any{"nameservers": []any{map[string]any{"hostname": "", "ip_address": ""}}}, Path: "nameservers[0].hostname", Says: "must not be empty"},
			{Name: "false default", Attributes: map[string]any{"default_for_module": false}, Path: "default_for_module", Says: "true"},
			{Name: "empty password", Attributes: map[string]any{"password": ""}, Path: "password", Says: "at least 1"},
			{Name: "two passwords", Attributes: map[string]any{"password": "x", "password_wo": "y", "password_wo_version": 1}, Path: "password", Says: "password_wo"},
			{Name: "password_wo without a version", Attributes: map[string]any{"password_wo": "y"}, Path: "password_wo", Says: "password_wo_version"},
			{Name: "version without password_wo", Attributes: map[string]any{"password_wo_version": 1}, Path: "password_wo_version", Says: "password_wo"},
			{Name: "version zero", Attributes: map[string]any{"password_wo": "y", "password_wo_version": 0}, Path: "password_wo_version", Says: "at least 1"},
			{Name: "two access hashes", Attributes: map[string]any{"access_hash": "x", "access_hash_wo": "y", "access_hash_wo_version": 1}, Path: "access_hash", Says: "access_hash_wo"},
			{Name: "access hash beside toplink_dcim", Attributes: map[string]any{"access_hash": "x", "toplink_dcim": toplink}, Path: "toplink_dcim", Says: "access_hash"},
			{
				Name: "access_hash_wo beside toplink_dcim", Attributes: map[string]any{"access_hash_wo": "x", "access_hash_wo_version": 1, "toplink_dcim": toplink},
				Path: "toplink_dcim", Says: "access_hash_wo",
			},
			{Name: "toplink_dcim without a format", Attributes: map[string]any{"toplink_dcim": map[string]any{"username_prefix": "dcim"}}, Path: "toplink_dcim.hostname_format", Says: "Missing Configuration for Required Attribute"},
			{Name: "toplink_dcim of another module", Attributes: map[string]any{"module": "samplevps", "toplink_dcim": toplink}, Path: "toplink_dcim", Says: "toplink_dcim"},
			{Name: "assigned address of two lines", Attributes: map[string]any{"assigned_ip_addresses": []any{"192.0.2.1\n192.0.2.2"}}, Path: "assigned_ip_addresses[0]", Says: "line"},
			{Name: "long hostname", Attributes: map[string]any{"hostname": strings.Repeat("x", 65536)}, Path: "hostname", Says: "at most 65535"},
		})
	})
}
