package acctest_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/whmcs"
	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

// kept is one kind of object of the companion, with a change by Terraform and a change by an administrator.
type kept struct {
	typeName, kind, table string
	config, changed       map[string]any
	field, column         string // what the change is about
}

// with is the configuration with the change, or with other attributes, laid over it.
func (o kept) with(more map[string]any) map[string]any {
	config := maps.Clone(o.config)
	maps.Copy(config, more)
	return config
}

var objects = []kept{
	{
		typeName: "hosting_whmcs_product_group", kind: "product_group", table: "tblproductgroups",
		config: map[string]any{"name": "Dedicated", "headline": "Old"}, changed: map[string]any{"headline": "New"}, field: "headline", column: "headline",
	},
	{
		typeName: "hosting_whmcs_server", kind: "server", table: "tblservers",
		config:  map[string]any{"name": "DCIM", "module": "toplink_dcim", "hostname": "old.example.com", "password": "the secret of the key"},
		changed: map[string]any{"hostname": "new.example.com"}, field: "hostname", column: "hostname",
	},
	{
		typeName: "hosting_whmcs_server_group", kind: "server_group", table: "tblservergroups",
		config: map[string]any{"name": "Old"}, changed: map[string]any{"name": "New"}, field: "name", column: "name",
	},
	{
		typeName: "hosting_whmcs_product", kind: "product", table: "tblproducts",
		config:  map[string]any{"product_group_id": "1", "name": "Dedicated", "pay_type": "free", "description": "Old"},
		changed: map[string]any{"description": "New"}, field: "description", column: "description",
	},
	{
		typeName: "hosting_whmcs_product_addon", kind: "product_addon", table: "tbladdons",
		config:  map[string]any{"name": "IP address", "pay_type": "free", "description": "Old"},
		changed: map[string]any{"description": "New"}, field: "description", column: "description",
	},
	{
		typeName: "hosting_whmcs_configurable_option_group", kind: "configurable_option_group", table: "tblproductconfiggroups",
		config:  map[string]any{"name": "Extras", "description": "Old"},
		changed: map[string]any{"description": "New"}, field: "description", column: "description",
	},
}

// eachObject runs a test for every kind of object, on every WHMCS.
func eachObject(t *testing.T, options acctest.Options, test func(t *testing.T, env *acctest.Env, o kept)) {
	t.Helper()
	for _, o := range objects {
		t.Run(o.kind, func(t *testing.T) {
			acctest.EachHost(t, options, func(t *testing.T, env *acctest.Env) { test(t, env, o) })
		})
	}
}

// faults says why a test does not run against PHP.
var faults = acctest.Options{SandboxOnly: "only the sandbox plays faults"}

func id(t *testing.T, p *acctest.Protocol, i *acctest.Instance) string {
	t.Helper()
	state := p.State(t, i)
	require.NotNil(t, state, "the object is not in state")
	return acctest.Text(t, state["id"])
}

// plan plans a change that must be accepted without a word.
func plan(t *testing.T, p *acctest.Protocol, o kept, prior *acctest.Instance, config map[string]any) *acctest.Planned {
	t.Helper()
	change, diagnostics := p.PlanChange(t, o.typeName, prior, config)
	require.Empty(t, acctest.Messages(diagnostics))
	return change
}

// refused applies a plan that must fail with one error, and returns what Terraform would save and the message.
func refused(t *testing.T, p *acctest.Protocol, change *acctest.Planned) (*acctest.Instance, string) {
	t.Helper()
	instance, diagnostics := p.Apply(t, change)
	messages := acctest.Messages(diagnostics)
	require.Len(t, messages, 1)
	require.True(t, strings.HasPrefix(messages[0], "error at "), messages[0])
	return instance, messages[0]
}

// empty reads an instance and asserts that its configuration has nothing to do.
func empty(t *testing.T, p *acctest.Protocol, o kept, i *acctest.Instance, config map[string]any) {
	t.Helper()
	read, diagnostics := p.Read(t, i)
	require.Empty(t, acctest.Messages(diagnostics))
	require.True(t, p.IsEmpty(t, plan(t, p, o, read, config)), "the plan is not empty")
}

// TestLifecycle_conflict: what was changed between plan and apply is not overwritten, and the message names the field.
func TestLifecycle_conflict(t *testing.T) {
	eachObject(t, acctest.Options{}, func(t *testing.T, env *acctest.Env, o kept) {
		p := env.Protocol(t)
		made := p.Do(t, o.typeName, nil, o.config)
		change := plan(t, p, o, made, o.with(o.changed))
		env.WHMCS.Set(t, o.table, id(t, p, made), o.column, "byhand")

		left, message := refused(t, p, change)
		require.Contains(t, message, "error at "+o.field+": Unable to update")
		require.Contains(t, message, "it was changed in WHMCS")
		require.Contains(t, message, `WHMCS now has "byhand"`)
		require.Equal(t, "byhand", env.WHMCS.Row(t, o.table, id(t, p, made))[o.column], "something was written")
		require.Equal(t, p.State(t, made), p.State(t, left), "state does not hold what it held before")

		// The next plan shows what happened, and its apply settles it.
		read, diagnostics := p.Read(t, left)
		require.Empty(t, acctest.Messages(diagnostics))
		settled := p.Do(t, o.typeName, read, o.with(o.changed))
		empty(t, p, o, settled, o.with(o.changed))
	})
}

// TestLifecycle_unrelatedChange: compare and set is about the fields being changed, and no others.
func TestLifecycle_unrelatedChange(t *testing.T) {
	o := objects[0]
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		made := p.Do(t, o.typeName, nil, o.config)
		change := plan(t, p, o, made, o.with(o.changed))
		env.WHMCS.Set(t, o.table, id(t, p, made), "tagline", "by hand")
		applied, diagnostics := p.Apply(t, change)
		// The row in the response has the other change, which Terraform did not plan. The next plan shows it.
		require.Empty(t, acctest.Messages(diagnostics))
		require.Equal(t, "by hand", env.WHMCS.Row(t, o.table, id(t, p, applied))["tagline"])
	})
}

// TestLifecycle_conflictOfSecret: a password that was changed between plan and apply is not overwritten, and the
// message shows no secret.
func TestLifecycle_conflictOfSecret(t *testing.T) {
	o := objects[1]
	for name, config := range map[string]map[string]any{
		"password":    {"password": "the new secret"},
		"password_wo": {"password": nil, "password_wo": "the new secret", "password_wo_version": 2},
	} {
		t.Run(name, func(t *testing.T) {
			acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
				p := env.Protocol(t)
				made := p.Do(t, o.typeName, nil, o.config)
				change := plan(t, p, o, made, o.with(config))
				env.WHMCS.SetServerPassword(t, id(t, p, made), "the secret set by hand")
				_, message := refused(t, p, change)
				require.Contains(t, message, "error at password: Unable to update")
				require.NotContains(t, message, "secret")
				require.Equal(t, "the secret set by hand", env.WHMCS.ServerPassword(t, id(t, p, made)))
			})
		})
	}
}

// TestLifecycle_secretSetInTheMeantime: a server that had no password and got one by hand is no less a conflict.
func TestLifecycle_secretSetInTheMeantime(t *testing.T) {
	o := objects[1]
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		made := p.Do(t, o.typeName, nil, o.with(map[string]any{"password": nil}))
		change := plan(t, p, o, made, o.config)
		env.WHMCS.SetServerPassword(t, id(t, p, made), "the secret set by hand")
		_, message := refused(t, p, change)
		require.Contains(t, message, "error at password: Unable to update")
	})
}

// TestLifecycle_toplinkSettingsToAccessHash: both are in one column, so writing the settings is not drift of the hash.
func TestLifecycle_toplinkSettingsToAccessHash(t *testing.T) {
	o := objects[1]
	toplink := func(prefix string) map[string]any {
		return o.with(map[string]any{"toplink_dcim": map[string]any{"username_prefix": prefix, "hostname_format": "{label}"}})
	}
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		made := p.Do(t, o.typeName, nil, toplink("one"))
		made = p.Do(t, o.typeName, made, toplink("two"))
		// Without a refresh in between, as with -refresh=false.
		made = p.Do(t, o.typeName, made, o.with(map[string]any{"access_hash": "the hash"}))
		require.Equal(t, "the hash", env.WHMCS.Row(t, o.table, id(t, p, made))["accesshash"])
		empty(t, p, o, made, o.with(map[string]any{"access_hash": "the hash"}))
	})
}

// TestLifecycle_conflictOnDestroy: an object with a changed name may be another object.
func TestLifecycle_conflictOnDestroy(t *testing.T) {
	eachObject(t, acctest.Options{}, func(t *testing.T, env *acctest.Env, o kept) {
		p := env.Protocol(t)
		made := p.Do(t, o.typeName, nil, o.config)
		change := plan(t, p, o, made, nil)
		env.WHMCS.Set(t, o.table, id(t, p, made), "name", "Another")
		left, message := refused(t, p, change)
		require.Contains(t, message, "error at name: Unable to delete")
		require.NotNil(t, env.WHMCS.Row(t, o.table, id(t, p, left)))

		read, diagnostics := p.Read(t, left)
		require.Empty(t, acctest.Messages(diagnostics))
		gone := p.Do(t, o.typeName, read, nil)
		require.Nil(t, p.State(t, gone))
		require.Nil(t, env.WHMCS.Row(t, o.table, id(t, p, made)))
	})
}

// TestLifecycle_destroyTwice: what is gone already is what a destroy wants.
func TestLifecycle_destroyTwice(t *testing.T) {
	eachObject(t, acctest.Options{}, func(t *testing.T, env *acctest.Env, o kept) {
		p := env.Protocol(t)
		made := p.Do(t, o.typeName, nil, o.config)
		change := plan(t, p, o, made, nil)
		env.WHMCS.Delete(t, o.table, id(t, p, made))
		gone, diagnostics := p.Apply(t, change)
		require.Empty(t, acctest.Messages(diagnostics))
		require.Nil(t, p.State(t, gone))
	})
}

// TestLifecycle_updateOfGone: an object deleted between plan and apply is not created by an update.
func TestLifecycle_updateOfGone(t *testing.T) {
	eachObject(t, acctest.Options{}, func(t *testing.T, env *acctest.Env, o kept) {
		p := env.Protocol(t)
		made := p.Do(t, o.typeName, nil, o.config)
		change := plan(t, p, o, made, o.with(o.changed))
		env.WHMCS.Delete(t, o.table, id(t, p, made))
		left, message := refused(t, p, change)
		require.Contains(t, message, "WHMCS no longer has this")
		read, diagnostics := p.Read(t, left)
		require.Empty(t, acctest.Messages(diagnostics))
		require.Nil(t, p.State(t, read), "the next plan creates it again")
	})
}

// forgetful is a proxy of a WHMCS. While it is spoilt, it removes the row from responses to writes and blocks reads.
type forgetful struct {
	*httptest.Server
	spoilt atomic.Bool
}

func newForgetful(t *testing.T, target string) *forgetful {
	t.Helper()
	origin, err := url.Parse(target)
	require.NoError(t, err)
	f := &forgetful{}
	f.Server = httptest.NewServer(&httputil.ReverseProxy{
		Rewrite:        func(r *httputil.ProxyRequest) { r.SetURL(origin) },
		ModifyResponse: func(r *http.Response) error { return f.spoil(r) },
	})
	t.Cleanup(f.Close)
	return f
}

func (f *forgetful) spoil(r *http.Response) error {
	if !f.spoilt.Load() {
		return nil
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	var answer, payload map[string]any
	if err := json.Unmarshal(body, &answer); err != nil {
		return err
	}
	raw, _ := answer["payload"].(string)
	decoded, err := base64.StdEncoding.DecodeString(raw)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(decoded, &payload); err != nil {
		return err
	}
	if _, read := payload["rows"]; read {
		body = []byte(`<html><head><title>Down for Maintenance</title></head></html>`)
	} else {
		delete(payload, "row")
		encoded, err := json.Marshal(payload)
		if err != nil {
			return err
		}
		answer["payload"] = base64.StdEncoding.EncodeToString(encoded)
		if body, err = json.Marshal(answer); err != nil {
			return err
		}
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	r.ContentLength = int64(len(body))
	r.Header.Del("Content-Length")
	return nil
}

// TestLifecycle_failedReadBack: an object that certainly exists stays in state, with a warning, and the next plan
// heals it.
func TestLifecycle_failedReadBack(t *testing.T) {
	eachObject(t, acctest.Options{}, func(t *testing.T, env *acctest.Env, o kept) {
		front := newForgetful(t, env.WHMCS.URL())
		p := env.Protocol(t, acctest.Settings{"whmcs": map[string]any{"url": front.URL}})
		keeps := func(verb string, prior *acctest.Instance, config map[string]any) *acctest.Instance {
			change := plan(t, p, o, prior, config)
			front.spoilt.Store(true)
			kept, diagnostics := p.Apply(t, change)
			front.spoilt.Store(false)
			messages := acctest.Messages(diagnostics)
			require.Len(t, messages, 1)
			require.Regexp(t, acctest.Says("warning at : The", "was "+verb+", but could not be read back", "maintenance page", "The next plan reads the other values"), messages[0])
			state := p.State(t, kept)
			require.NotEmpty(t, id(t, p, kept))
			for name, value := range state {
				require.True(t, value.IsFullyKnown(), "%s is not known", name)
			}
			require.Equal(t, id(t, p, kept), p.Identity(t, kept)["id"])
			return kept
		}
		made := keeps("created", nil, o.config)
		require.NotNil(t, env.WHMCS.Row(t, o.table, id(t, p, made)))
		empty(t, p, o, made, o.config)

		made, diagnostics := p.Read(t, made)
		require.Empty(t, acctest.Messages(diagnostics))
		changed := keeps("updated", made, o.with(o.changed))
		require.Equal(t, o.changed[o.field], env.WHMCS.Row(t, o.table, id(t, p, changed))[o.column])
		empty(t, p, o, changed, o.with(o.changed))
	})
}

// TestLifecycle_offlinePlan: a WHMCS that cannot be reached while planning is a warning.
func TestLifecycle_offlinePlan(t *testing.T) {
	for name, fault := range map[string]sandbox.Fault{
		"connection reset":   {Reset: true},
		"truncated answer":   {Truncate: 10},
		"maintenance page":   {HTML: true},
		"empty answer":       {Empty: true},
		"not JSON":           {Body: "surprise"},
		"overloaded":         {Status: http.StatusServiceUnavailable, Headers: map[string]string{"Retry-After": "0"}},
		"address refused":    {Status: http.StatusForbidden, Body: `{"result": "error", "message": "Invalid IP 192.0.2.1"}`},
		"no permission":      {Status: http.StatusForbidden, Body: `{"result": "error", "message": "Invalid Permissions: API action \"terraformread\" is not allowed"}`},
		"companion missing":  {Body: `{"result": "error", "message": "API Function Not Found"}`},
		"payload is garbage": {Body: `{"result": "success", "payload": "!"}`},
	} {
		t.Run(name, func(t *testing.T) {
			eachObject(t, faults, func(t *testing.T, env *acctest.Env, o kept) {
				p := env.Protocol(t)
				made := p.Do(t, o.typeName, nil, o.config)
				p = env.Protocol(t) // a provider that has sent a write validates no plan
				fault.System, fault.Op, fault.Times = "whmcs", "validate", -1
				env.Sandbox.AddFault(fault)
				for _, prior := range []*acctest.Instance{nil, made} {
					change, diagnostics := p.PlanChange(t, o.typeName, prior, o.with(o.changed))
					messages := acctest.Messages(diagnostics)
					require.Len(t, messages, 1)
					require.Regexp(t, acctest.Says("warning at : WHMCS could not check the planned", "The apply checks it."), messages[0])
					require.NotNil(t, change)
				}
			})
		})
	}
}

// TestLifecycle_stoppedSystems: if no system is running, all new objects can still be planned.
func TestLifecycle_stoppedSystems(t *testing.T) {
	t.Parallel()
	p := acctest.NewProtocol(t, "test")
	require.Empty(t, acctest.Messages(p.Configure(t, map[string]any{
		"whmcs":    map[string]any{"url": acctest.NobodyListens, "identifier": "i", "secret": "s", "max_retries": 0},
		"dcim":     map[string]any{"url": acctest.NobodyListens, "key": "k", "secret": "s", "profile": "assumed", "max_retries": 0},
		"solusvm2": map[string]any{"url": acctest.NobodyListens, "token": "t", "max_retries": 0},
	})))
	for typeName, config := range smallest {
		messages := acctest.Messages(p.Plan(t, typeName, config))
		require.NotEmpty(t, messages, typeName)
		for _, message := range messages {
			require.True(t, strings.HasPrefix(message, "warning at "), message)
		}
	}
}

// smallest are the smallest configurations of all resources. Ids are those of the objects that every test host has.
var smallest = map[string]map[string]any{
	"hosting_dcim_api_key":                    {"label": "WHMCS"},
	"hosting_dcim_package":                    {"name": "E3-1230"},
	"hosting_dcim_server_binding":             {"server_id": "104", "package_id": "1"},
	"hosting_dcim_package_servers":            {"package_id": "1", "server_ids": []any{"101", "102", "103"}},
	"hosting_solusvm2_api_token":              {"name": "WHMCS", "user_id": "1"},
	"hosting_solusvm2_limit_group":            {"name": "New users"},
	"hosting_whmcs_product":                   {"name": "E3-1230", "product_group_id": "1", "pay_type": "free"},
	"hosting_whmcs_product_addon":             {"name": "IP address", "pay_type": "free"},
	"hosting_whmcs_product_group":             {"name": "Dedicated"},
	"hosting_whmcs_server":                    {"name": "DCIM", "module": "toplink_dcim"},
	"hosting_whmcs_server_group":              {"name": "Dedicated"},
	"hosting_whmcs_configurable_option_group": {"name": "Extras"},
	"hosting_whmcs_addon_module":              {"module": "sampleaddon"},
	"hosting_solusvm2_billing_settings": {"post_pay": map[string]any{
		"enabled": false, "new_user_limit_group_id": "", "terms_url": "", "invoice_grace_days": 0, "lock_overdue_days": 5, "suspend_overdue_days": 14,
	}},
	"hosting_solusvm2_landing_page": {"content": "<h1>Cloud</h1>"},
}

// TestLifecycle_unknowns plans every resource with each of its attributes unknown, one at a time.
func TestLifecycle_unknowns(t *testing.T) {
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		for typeName, schema := range p.Resources() {
			require.Contains(t, smallest, typeName, "a resource without a place in this table")
			for _, attribute := range schema.Block.Attributes {
				if !attribute.Optional && !attribute.Required {
					continue
				}
				t.Run(typeName+"."+attribute.Name, func(t *testing.T) {
					config := maps.Clone(smallest[typeName])
					config[attribute.Name] = acctest.Unknown
					// What goes together only.
					if plain, version := strings.CutSuffix(attribute.Name, "_version"); version {
						config[plain] = acctest.Unknown
					}
					if attribute.WriteOnly {
						config[attribute.Name+"_version"] = acctest.Unknown
					}
					for name, other := range map[string]string{"manage_quantity": "initial_quantity", "reconnect_triggers": "api_connection"} {
						if attribute.Name == name {
							config[other] = acctest.Unknown
						}
					}
					for _, message := range acctest.Messages(p.Plan(t, typeName, config)) {
						require.True(t, strings.HasPrefix(message, "warning at "), message)
					}
				})
			}
		}
	})
}

// TestLifecycle_otherInstallation: a staging copy has the same ids. Nothing is written to it, and what it lacks is not
// gone.
func TestLifecycle_otherInstallation(t *testing.T) {
	eachObject(t, faults, func(t *testing.T, env *acctest.Env, o kept) {
		p := env.Protocol(t)
		made := p.Do(t, o.typeName, nil, o.config)
		identity := p.Identity(t, made)
		require.Equal(t, env.Sandbox.WHMCS.Installation(), identity["installation"])
		before := env.WHMCS.Row(t, o.table, identity["id"])

		env.Sandbox.WHMCS.Mutate(func(s *sandbox.State) { s.Settings["SystemURL"] = "https://staging.example.com/" })
		copied := env.Sandbox.WHMCS.Installation()
		require.NotEqual(t, copied, identity["installation"])

		read, diagnostics := p.Read(t, made)
		messages := acctest.Messages(diagnostics)
		require.Len(t, messages, 1)
		require.Regexp(t, acctest.Says("warning at : The provider is connected to another WHMCS installation", identity["installation"], copied, "every write will be refused"), messages[0])
		require.Equal(t, p.State(t, made), p.State(t, read))
		require.Equal(t, identity, p.Identity(t, read))

		_, message := refused(t, p, plan(t, p, o, read, o.with(o.changed)))
		require.Regexp(t, acctest.Says("the provider is connected to another WHMCS installation", identity["installation"], copied, "nothing was written", "terraform state rm", "import {"), message)
		_, message = refused(t, p, plan(t, p, o, read, nil))
		require.Contains(t, message, "the provider is connected to another WHMCS installation")
		require.Equal(t, before, env.WHMCS.Row(t, o.table, identity["id"]))

		env.WHMCS.Delete(t, o.table, identity["id"])
		read, diagnostics = p.Read(t, made)
		messages = acctest.Messages(diagnostics)
		require.Len(t, messages, 1)
		require.Contains(t, messages[0], "The state was not changed. Correct the provider's configuration")
		require.NotNil(t, p.State(t, read), "an object of the right installation is not gone")
	})
}

// TestLifecycle_readOnlyCredential: a pipeline that plans needs no right to write. A forbidden action has WHMCS's
// message and the next step.
func TestLifecycle_readOnlyCredential(t *testing.T) {
	eachObject(t, acctest.Options{}, func(t *testing.T, env *acctest.Env, o kept) {
		made := env.Protocol(t).Do(t, o.typeName, nil, o.config)
		credential := env.WHMCS.ReadOnlyCredential()
		p := env.Protocol(t, acctest.Settings{"whmcs": map[string]any{"identifier": credential.Identifier, "secret": credential.Secret}})
		rows := env.WHMCS.Count(t, o.table)

		empty(t, p, o, made, o.config)
		other := maps.Clone(o.config)
		other["name"] = "Another"
		for _, change := range []*acctest.Planned{
			plan(t, p, o, nil, other),
			plan(t, p, o, made, o.with(o.changed)),
			plan(t, p, o, made, nil),
		} {
			_, message := refused(t, p, change)
			require.Regexp(t, acctest.Says("Invalid Permissions", "Grant the action to the credential's API role", "Manage API Credentials"), message)
		}
		require.Equal(t, rows, env.WHMCS.Count(t, o.table))
	})
}

// TestLifecycle_brakes: what the operator forbids in companion.local.php is refused, and the message says who did.
func TestLifecycle_brakes(t *testing.T) {
	eachObject(t, faults, func(t *testing.T, env *acctest.Env, o kept) {
		p := env.Protocol(t)
		made := p.Do(t, o.typeName, nil, o.config)
		for _, c := range []struct {
			brakes sandbox.SafetySettings
			config map[string]any
		}{
			{sandbox.SafetySettings{ReadOnly: true}, o.with(o.changed)},
			{sandbox.SafetySettings{}, nil},
			{sandbox.SafetySettings{Kinds: []string{"currency"}}, o.with(o.changed)},
			{sandbox.SafetySettings{AllowDelete: true, ProtectedIDs: map[string][]string{o.kind: {id(t, p, made)}}}, nil},
		} {
			env.Sandbox.WHMCS.SetSafetySettings(c.brakes)
			// A plan with a change is refused as the apply would be. A destroy is not checked before.
			change, diagnostics := p.PlanChange(t, o.typeName, made, c.config)
			if change != nil {
				_, diagnostics = p.Apply(t, change)
			}
			messages := acctest.Messages(diagnostics)
			require.Len(t, messages, 1)
			require.Contains(t, messages[0], "Only the operator of WHMCS can allow this, in companion.local.php")
		}
	})
}

// TestLifecycle_hooks: a hook that fails after a write is a warning. The write is kept.
func TestLifecycle_hooks(t *testing.T) {
	o := objects[1]
	acctest.Each(t, faults, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		env.Sandbox.WHMCS.OnHook(sandbox.FailingHook("ServerAdd", "cannot log in with the secret of the key"))
		env.Sandbox.WHMCS.OnHook(sandbox.FailingHook("ServerDelete", "boom"))
		made, diagnostics := p.Apply(t, plan(t, p, o, nil, o.config))
		messages := acctest.Messages(diagnostics)
		require.Len(t, messages, 1)
		require.Regexp(t, acctest.Says("warning at : Check WHMCS after the server was created", "ServerAdd: cannot log in with ***"), messages[0])
		require.NotEmpty(t, id(t, p, made))

		gone, diagnostics := p.Apply(t, plan(t, p, o, made, nil))
		messages = acctest.Messages(diagnostics)
		require.Len(t, messages, 1)
		require.Contains(t, messages[0], "Check WHMCS after the server was deleted")
		require.Nil(t, p.State(t, gone))
	})
}

// TestLifecycle_keepOnDestroyHooks: a destroy that keeps the product is reported as an update.
func TestLifecycle_keepOnDestroyHooks(t *testing.T) {
	o := objects[3]
	acctest.Each(t, faults, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		made := p.Do(t, o.typeName, nil, o.with(map[string]any{"on_destroy": "retire"}))
		destroy := plan(t, p, o, made, nil)

		env.Sandbox.WHMCS.SetSafetySettings(sandbox.SafetySettings{ReadOnly: true})
		_, message := refused(t, p, destroy)
		require.Contains(t, message, "Unable to update product "+id(t, p, made))

		env.Sandbox.WHMCS.SetSafetySettings(sandbox.SafetySettings{AllowDelete: true})
		env.Sandbox.WHMCS.OnHook(sandbox.FailingHook("ProductEdit", "boom"))
		_, diagnostics := p.Apply(t, destroy)
		messages := acctest.Messages(diagnostics)
		require.Len(t, messages, 1)
		require.Contains(t, messages[0], "Check WHMCS after the product was updated")
	})
}

// TestLifecycle_localChange: attributes that WHMCS does not have are changed without a write.
func TestLifecycle_localChange(t *testing.T) {
	for i, c := range []struct {
		o      kept
		change map[string]any
	}{
		{objects[0], map[string]any{"on_destroy": "hide"}},
		{objects[1], map[string]any{"allow_duplicate_name": true}},
		{objects[1], map[string]any{"password": nil}},
		{objects[2], map[string]any{"allow_duplicate_name": true}},
	} {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			acctest.Each(t, faults, func(t *testing.T, env *acctest.Env) {
				p := env.Protocol(t)
				made := p.Do(t, c.o.typeName, nil, c.o.config)
				writes := env.Sandbox.Journal().CountWrites("whmcs")
				changed := p.Do(t, c.o.typeName, made, c.o.with(c.change))
				require.Equal(t, writes, env.Sandbox.Journal().CountWrites("whmcs"))
				require.Equal(t, p.Identity(t, made), p.Identity(t, changed))
				empty(t, p, c.o, changed, c.o.with(c.change))
			})
		})
	}
}

// TestLifecycle_keepOnDestroy: groups stay although products use them.
func TestLifecycle_keepOnDestroy(t *testing.T) {
	o := objects[0]
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		made := p.Do(t, o.typeName, nil, o.with(map[string]any{"on_destroy": "hide"}))
		number := id(t, p, made)
		env.WHMCS.Set(t, "tblproducts", "1", "gid", number)
		gone := p.Do(t, o.typeName, made, nil)
		require.Nil(t, p.State(t, gone))
		require.Equal(t, "1", env.WHMCS.Row(t, o.table, number)["hidden"])

		for typeName, table := range map[string]string{o.typeName: o.table, "hosting_whmcs_server_group": "tblservergroups"} {
			made := p.Do(t, typeName, nil, map[string]any{"name": "Kept", "on_destroy": "keep"})
			row := env.WHMCS.Row(t, table, id(t, p, made))
			p.Do(t, typeName, made, nil)
			require.Equal(t, row, env.WHMCS.Row(t, table, id(t, p, made)))
		}

		// One to delete is refused while a product is in it, with both remedies.
		adopted, diagnostics := p.Import(t, o.typeName, map[string]any{"id": number})
		require.Empty(t, acctest.Messages(diagnostics))
		_, message := refused(t, p, plan(t, p, o, adopted, nil))
		require.Regexp(t, acctest.Says("it is in use", "products: 1", `Products: "Legacy VPS" (id 1)`, "Restore the group's block and apply", `restore the block with on_destroy = "hide" or "keep"`), message)
	})
}

// TestLifecycle_importByIdentity imports every resource by its identity, with and without the installation.
func TestLifecycle_importByIdentity(t *testing.T) {
	for typeName, config := range smallest {
		t.Run(typeName, func(t *testing.T) {
			options := acctest.Options{Sandbox: sandbox.Options{SafetySettings: &acctest.LandingPageSettings}, PHP: testhost.Options{CompanionLocal: acctest.LandingPageLocal}}
			acctest.EachHost(t, options, func(t *testing.T, env *acctest.Env) {
				p := env.Protocol(t)
				if typeName == "hosting_solusvm2_billing_settings" {
					p.Do(t, "hosting_whmcs_addon_module", nil, map[string]any{"module": "solusvm2"})
				}
				change, _ := p.PlanChange(t, typeName, nil, config)
				made, _ := p.Apply(t, change)
				identity := p.Identity(t, made)
				require.NotEmpty(t, identity["installation"])

				for _, given := range []map[string]any{
					{"id": identity["id"]},
					{"id": identity["id"], "installation": identity["installation"]},
				} {
					imported, diagnostics := p.Import(t, typeName, given)
					require.Empty(t, acctest.Messages(diagnostics))
					require.Equal(t, identity, p.Identity(t, imported))
					state := p.State(t, imported)
					for name, value := range p.State(t, made) {
						if name != "secret" && name != "token" && !value.IsNull() {
							require.True(t, value.Equal(state[name]), "%s: created as %s, imported as %s", name, value, state[name])
						}
					}
					for _, name := range []string{"secret", "token"} {
						if secret, has := state[name]; has {
							require.True(t, secret.IsNull(), "what is shown once is never told again")
						}
					}
					// A refresh changes nothing, the identity least of all.
					read, diagnostics := p.Read(t, imported)
					require.Empty(t, acctest.Messages(diagnostics))
					isFast := strings.HasPrefix(typeName, "hosting_whmcs_") || typeName == "hosting_solusvm2_landing_page"
					require.Equal(t, isFast, read.State == imported.State, "whether the fast path has read the object")
					require.Equal(t, state, p.State(t, read))
					require.Equal(t, identity, p.Identity(t, read))
				}
				for want, given := range map[string]map[string]any{
					"The provider is connected to another": {"id": identity["id"], "installation": "6ba7b810-9dad-41d1-80b4-00c04fd430c8"},
					"Cannot import non-existent":           {"id": "4711"},
					"Invalid import id":                    {"id": "not an id"},
				} {
					_, diagnostics := p.Import(t, typeName, given)
					messages := acctest.Messages(diagnostics)
					require.Len(t, messages, 1)
					if identity["id"] == whmcs.SingleID && given["id"] == "4711" && strings.HasPrefix(typeName, "hosting_solusvm2_") {
						want = "Invalid import id" // there is one, and no other id
					}
					require.True(t, strings.HasPrefix(messages[0], "error at : "+want), messages[0])
				}
			})
		})
	}
}

// TestLifecycle_writeOnly: a write-only secret is in no state and no plan.
func TestLifecycle_writeOnly(t *testing.T) {
	o := objects[1]
	acctest.Each(t, faults, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		made := p.Do(t, o.typeName, nil, o.with(map[string]any{"password": nil, "password_wo": "write-only", "password_wo_version": 1}))
		require.Equal(t, "write-only", env.WHMCS.ServerPassword(t, id(t, p, made)))
		require.NotContains(t, string(made.State.MsgPack), "write-only")
		require.NotContains(t, string(made.Private), "write-only")
		state := p.State(t, made)
		require.True(t, state["password_wo"].IsNull())
		require.True(t, state["password_wo_version"].Equal(tftypes.NewValue(tftypes.Number, 1)))
	})
}

// TestLifecycle_defaultTaken: a plan says which server loses the module's default.
func TestLifecycle_defaultTaken(t *testing.T) {
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		server := func(name string) map[string]any {
			return map[string]any{"name": name, "module": "samplevps", "default_for_module": true}
		}
		p.Do(t, "hosting_whmcs_server", nil, server("First"))
		_, diagnostics := p.PlanChange(t, "hosting_whmcs_server", nil, server("Second"))
		messages := acctest.Messages(diagnostics)
		require.Len(t, messages, 1)
		require.Contains(t, messages[0], "warning at default_for_module: Another server stops being the default: The server First (id 1)")
	})
}

// TestLifecycle_renameToTaken: WHMCS allows a name twice. A rename to a name that another object has is a warning at
// plan, and the apply makes it.
func TestLifecycle_renameToTaken(t *testing.T) {
	eachObject(t, acctest.Options{}, func(t *testing.T, env *acctest.Env, o kept) {
		p := env.Protocol(t)
		p.Do(t, o.typeName, nil, o.with(map[string]any{"name": "Taken"}))
		made := p.Do(t, o.typeName, nil, o.config)
		p = env.Protocol(t) // a provider that has sent a write validates no plan
		change, diagnostics := p.PlanChange(t, o.typeName, made, o.with(map[string]any{"name": "Taken"}))
		messages := acctest.Messages(diagnostics)
		require.Len(t, messages, 1)
		require.Contains(t, messages[0], "WHMCS allows that, and the change will be made.")
		renamed, diagnostics := p.Apply(t, change)
		require.Empty(t, acctest.Messages(diagnostics))
		require.Equal(t, "Taken", acctest.Text(t, p.State(t, renamed)["name"]))
	})
}
