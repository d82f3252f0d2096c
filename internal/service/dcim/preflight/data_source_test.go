package preflight_test

import (
	"encoding/json"
	"encoding/pem"
	"maps"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

const dataSource = "hosting_dcim_preflight"

type object = map[string]any

var all = []string{"reachable", "tls", "domain_binding", "ip_allowed", "credential", "profile_operations", "profile_api_keys", "profile_packages", "profile_servers"}

var options = acctest.Options{SandboxOnly: "the DCIM is in the sandbox"}

// unusual is a secret that is none.
const unusual = "canary/dcim-secret+&="

func preflight(t *testing.T, env *acctest.Env, settings object) acctest.Preflight {
	t.Helper()
	found := env.Protocol(t, acctest.Settings{"dcim": settings}).Preflight(t, dataSource, nil)
	key, secret := env.Sandbox.DCIM.AdminKey()
	for _, text := range []string{key, secret, unusual} {
		assert.NotContains(t, found.Text(), text)
	}
	return found
}

// TestAccPreflight_profiles: all checks pass with each wire profile. The preflight sends six requests that write
// nothing, or nine if a page 0 may exist. The grade is that of the profile.
func TestAccPreflight_profiles(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		env.Sandbox.DCIM.AddAPIKey("Another", "")
		addPackage(t, env)
		before := len(env.Sandbox.Journal().Requests())
		found := preflight(t, env, nil)
		assert.True(t, found.OK, "%s", found.Text())
		assert.Equal(t, all, found.Checks())
		requests := env.Sandbox.Journal().Requests()[before:]
		assert.Len(t, requests, 6+3*pageZero(t, env))
		for _, request := range requests {
			assert.False(t, request.Write, "%+v", request)
		}
		servers := found.Finding("profile_servers")
		assert.Contains(t, servers.Detail, "22 servers fit the profile, and so does one that was read by its id")
		want := "seen"
		if strings.Contains(found.Finding("profile_operations").Detail, `"assumed"`) {
			want = "assumed"
		}
		assert.Equal(t, want, servers.Grade)
		assert.Equal(t, want, found.Finding("credential").Grade)
	})
}

func addPackage(t *testing.T, env *acctest.Env) {
	t.Helper()
	env.Protocol(t).Do(t, "hosting_dcim_package", nil, object{"name": "E3-1230"})
}

// pageZero is the number of requests for a page 0 of a list: 1 if the wire profile counts pages.
func pageZero(t *testing.T, env *acctest.Env) int {
	t.Helper()
	return strings.Count(env.ProfileText(t), `"style": "page"`)
}

// TestAccPreflight_pagesOfAList: the second page is looked at as well, and no more than that.
func TestAccPreflight_pagesOfAList(t *testing.T) {
	large := options
	large.Sandbox.DCIM.ExtraServers = 400
	acctest.EachProfile(t, large, func(t *testing.T, env *acctest.Env) {
		found := preflight(t, env, nil)
		assert.True(t, found.OK, "%s", found.Text())
		assert.Contains(t, found.Finding("profile_servers").Detail, "the first ")
		calls := 0
		for _, request := range env.Sandbox.Journal().Requests() {
			if request.Kind == "server" && request.Op == "list" {
				calls++
			}
		}
		assert.Equal(t, 2+pageZero(t, env), calls)
	})
}

// edited returns the profile of the DCIM with changes by dotted path. nil removes a member.
func edited(t *testing.T, env *acctest.Env, changes map[string]any) object {
	t.Helper()
	var profile object
	require.NoError(t, json.Unmarshal([]byte(env.ProfileText(t)), &profile))
	for path, value := range changes {
		steps := strings.Split(path, "/")
		at := profile
		for _, step := range steps[:len(steps)-1] {
			next, ok := at[step].(object)
			require.True(t, ok, "%s: %s", path, step)
			at = next
		}
		last := steps[len(steps)-1]
		if value == nil {
			require.Contains(t, at, last)
			delete(at, last)
			continue
		}
		at[last] = value
	}
	text, err := json.Marshal(profile)
	require.NoError(t, err)
	return object{"profile": string(text)}
}

// TestAccPreflight_profileMistakes: a line of the profile that does not fit the DCIM is named, under each profile.
func TestAccPreflight_profileMistakes(t *testing.T) {
	for _, c := range []struct {
		name    string
		changes map[string]any
		failed  []string
		check   string
		words   []string
	}{
		{"a field misspelt", map[string]any{"fields/server/rack": "shelf"}, []string{"profile_servers"}, "profile_servers", []string{`nothing at "shelf"`, "fields.server.rack", "vendor's reference"}},
		{"an id misspelt", map[string]any{"fields/api_key/id": "nr"}, []string{"profile_api_keys"}, "profile_api_keys", []string{"fields.api_key.id"}},
		{"an id that is a name", map[string]any{"fields/package/id": map[string]any{"path": "$name", "as": "text"}}, []string{"profile_packages"}, "profile_packages", []string{"not a positive whole number", "fields.package.id"}},
		{"a path misspelt", map[string]any{"operations/packages.list/path": "/nosuch"}, []string{"profile_packages"}, "profile_packages", []string{"packages.list", "Not found", "base_path"}},
		{"one object read in another way", map[string]any{"operations/servers.get/path": "/nosuch/{id}"}, []string{"profile_servers"}, "profile_servers", []string{"servers.get"}},
		{"operations left out", map[string]any{"operations/servers.assign_package": nil, "operations/packages.list": nil}, []string{"profile_operations"}, "profile_operations", []string{"packages.list, servers.assign_package", "ignore_checks"}},
		{"the list elsewhere", map[string]any{"envelope/list_path": "nowhere"}, []string{"profile_api_keys", "profile_packages", "profile_servers"}, "profile_servers", []string{`no list at "nowhere"`, "envelope.list_path"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
				addPackage(t, env)
				changes := maps.Clone(c.changes)
				for path, value := range changes {
					if long, ok := value.(map[string]any); ok && long["path"] == "$name" {
						var profile struct {
							Fields map[string]map[string]any `json:"fields"`
						}
						require.NoError(t, json.Unmarshal([]byte(env.ProfileText(t)), &profile))
						changes[path] = map[string]any{"path": profile.Fields["package"]["name"], "as": "text"}
					}
				}
				found := preflight(t, env, edited(t, env, changes))
				assert.Equal(t, c.failed, found.Failed(), "%s", found.Text())
				finding := found.Finding(c.check)
				for _, word := range c.words {
					assert.Contains(t, finding.Detail+" "+finding.Remedy, word)
				}
			})
		})
	}
}

// TestAccPreflight_noCustomers: a slip in an optional field would leave customers' servers without protection, so that
// no customer at all is said.
func TestAccPreflight_noCustomers(t *testing.T) {
	const says = "None of them has a customer, so check fields.server.assigned_user"
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		assert.NotContains(t, preflight(t, env, nil).Text(), says)
		slips := preflight(t, env, edited(t, env, map[string]any{
			"fields/server/assigned_user": map[string]any{"path": "no_such_member", "optional": true},
			"fields/server/usage_type":    map[string]any{"path": "no_such_member", "optional": true},
		}))
		assert.Empty(t, slips.Failed(), "%s", slips.Text())
		assert.Contains(t, slips.Finding("profile_servers").Detail, says)
	})
}

// TestAccPreflight_refused: key, secret and address, under each profile.
func TestAccPreflight_refused(t *testing.T) {
	acctest.EachProfile(t, options, func(t *testing.T, env *acctest.Env) {
		wrong := preflight(t, env, object{"secret": unusual})
		assert.Equal(t, []string{"credential"}, wrong.Failed(), "%s", wrong.Text())
		assert.Contains(t, wrong.Finding("credential").Remedy, "64 lower-case hex characters")
		assert.NotContains(t, wrong.Checks(), "ip_allowed")
		assert.NotContains(t, wrong.Checks(), "profile_servers")

		other := preflight(t, env, object{"secret": strings.Repeat("ab", 32)})
		assert.Equal(t, []string{"credential"}, other.Failed())
		assert.NotContains(t, other.Finding("credential").Remedy, "64 lower-case")

		elsewhere := env.Sandbox.DCIM.AddAPIKey("Elsewhere", "192.0.2.1")
		refused := preflight(t, env, object{"key": elsewhere.Key, "secret": elsewhere.Secret})
		assert.Equal(t, []string{"ip_allowed"}, refused.Failed(), "%s", refused.Text())
		assert.Contains(t, refused.Finding("ip_allowed").Detail, "IP address 127.0.0.1 is not allowed")
		assert.Contains(t, refused.Finding("ip_allowed").Remedy, "System API")
		assert.NotContains(t, refused.Checks(), "credential")
		assert.NotContains(t, refused.Text(), elsewhere.Secret)
	})
}

// TestAccPreflight_domainBinding: a DCIM that accepts only its domain name.
func TestAccPreflight_domainBinding(t *testing.T) {
	bound := options
	bound.Sandbox.DCIM.BoundHost = "localhost"
	acctest.EachProfile(t, bound, func(t *testing.T, env *acctest.Env) {
		byAddress := preflight(t, env, nil)
		assert.Equal(t, []string{"reachable", "domain_binding"}, byAddress.Failed(), "%s", byAddress.Text())
		assert.Contains(t, byAddress.Finding("domain_binding").Detail, "the response at the address 127.0.0.1")
		assert.Contains(t, byAddress.Finding("domain_binding").Remedy, "Set url to the DCIM's domain name")
		assert.NotContains(t, byAddress.Checks(), "credential")

		address, err := url.Parse(env.Sandbox.DCIM.URL())
		require.NoError(t, err)
		byName := preflight(t, env, object{"url": "http://localhost:" + address.Port()})
		assert.Empty(t, byName.Failed(), "%s", byName.Text())
		assert.Contains(t, byName.Finding("domain_binding").Detail, "has the host name localhost")
	})
}

// TestAccPreflight_otherAnswers: what does not come from the DCIM's API.
func TestAccPreflight_otherAnswers(t *testing.T) {
	for _, c := range []struct {
		name   string
		fault  sandbox.Fault
		failed []string
		words  string
	}{
		{"a page", sandbox.Fault{HTML: true}, []string{"reachable", "domain_binding"}, "a page instead of JSON (HTTP 200)"},
		{"a redirect", sandbox.Fault{Status: 301, Headers: map[string]string{"Location": "https://dcim.example.com/login"}}, []string{"reachable", "domain_binding"}, "redirect to the other host dcim.example.com"},
		{"overload", sandbox.Fault{Status: 503}, []string{"reachable"}, "answered 503"},
		{"cut off", sandbox.Fault{Reset: true}, []string{"reachable"}, "reset"},
		{"one path alone is a page", sandbox.Fault{HTML: true, Status: 404, Kind: "api_key"}, []string{"profile_api_keys"}, ""},
		{"one list alone is overloaded", sandbox.Fault{Status: 503, Kind: "server"}, []string{"profile_servers"}, ""},
		{"a page of its own that repeats", sandbox.Fault{Kind: "package", Body: `{"data":[{"id":1},{"id":1}],"meta":{"last_page":1}}`}, []string{"profile_packages"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			acctest.Each(t, options, func(t *testing.T, env *acctest.Env) {
				c.fault.System, c.fault.Times = "dcim", -1
				env.Sandbox.AddFault(c.fault)
				found := preflight(t, env, nil)
				assert.Equal(t, c.failed, found.Failed(), "%s", found.Text())
				assert.Contains(t, found.Finding("reachable").Detail, c.words)
			})
		})
	}
}

// TestAccPreflight_tls: as for WHMCS, and a DCIM that cannot be reached.
func TestAccPreflight_tls(t *testing.T) {
	acctest.Each(t, options, func(t *testing.T, env *acctest.Env) {
		front := httptest.NewTLSServer(env.Sandbox.DCIM)
		t.Cleanup(front.Close)
		certificate := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: front.Certificate().Raw}))
		unknown := preflight(t, env, object{"url": front.URL})
		assert.Equal(t, []string{"reachable", "tls"}, unknown.Failed())
		assert.Contains(t, unknown.Finding("tls").Detail, "unknown authority")
		assert.Empty(t, preflight(t, env, object{"url": front.URL, "ca_cert_pem": certificate}).Failed())
		assert.Equal(t, []string{"tls"}, preflight(t, env, object{"url": front.URL, "insecure_skip_verify": true}).Failed())
		front.Close()
		gone := preflight(t, env, object{"url": front.URL})
		assert.Equal(t, []string{"reachable"}, gone.Failed())
		assert.NotContains(t, gone.Checks(), "tls")
		assert.Contains(t, gone.Checks(), "profile_operations", "what needs no answer is told all the same")
	})
}

// TestAccPreflight_nothingToAsk: a profile without any list.
func TestAccPreflight_nothingToAsk(t *testing.T) {
	acctest.Each(t, options, func(t *testing.T, env *acctest.Env) {
		found := preflight(t, env, edited(t, env, map[string]any{"operations/api_keys.list": nil, "operations/packages.list": nil, "operations/servers.list": nil}))
		assert.Equal(t, []string{"reachable", "profile_operations"}, found.Failed())
		assert.Contains(t, found.Finding("reachable").Detail, "no request can be sent")
	})
}

func TestAccPreflight_configuration(t *testing.T) {
	acctest.Each(t, options, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t, acctest.Settings{"dcim": object{"secret": unusual}})
		ignoring := p.Preflight(t, dataSource, object{"ignore_checks": []any{"credential"}})
		assert.True(t, ignoring.OK)
		assert.Equal(t, []string{"credential"}, ignoring.Failed(), "it stays listed")

		_, diagnostics := p.ReadDataSource(t, dataSource, object{"ignore_checks": []any{"permissions"}})
		require.Len(t, diagnostics, 1)
		for _, check := range all {
			assert.Contains(t, acctest.Messages(diagnostics)[0], `"`+check+`"`)
		}

		p = acctest.NewProtocol(t, "test")
		require.Empty(t, p.Configure(t, object{}))
		_, diagnostics = p.ReadDataSource(t, dataSource, nil)
		require.Len(t, diagnostics, 1)
		assert.Contains(t, acctest.Messages(diagnostics)[0], "dcim.url (or the environment variable DCIM_URL)")
	})
}
