package acctest_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

const (
	matchingGuide = "../../templates/guides/05-matching-your-dcims-api.md"
	guideProfile  = "../../examples/dcim-profiles/query-text.json"
)

// mistakes are what a customer's profile can have wrong, one at a time, on a DCIM that speaks the guide's profile.
// Each has to be noticed where it is, with the words that the guide explains.
var mistakes = []struct {
	name, from, to string
	do             func(t *testing.T, p *acctest.Protocol, sb *sandbox.Sandbox) []string
	says           []string
}{
	{"other address", `"base_path": "/api.php"`, `"base_path": "/api"`, readServers, []string{`Not found (code E_NONE)`, `The DCIM does not know this address: check base_path and operations.servers.list.path`}},
	{"other path", `"path": "/machines", "fixed": {"do": "list"}`, `"path": "/machine", "fixed": {"do": "list"}`, readServers, []string{`The DCIM does not know this address: check base_path and operations.servers.list.path`}},
	{"credential under another name", `"apisecret": "{secret}"`, `"api_secret": "{secret}"`, readServers, []string{`Invalid API key or secret (code E_AUTH)`, `Check the DCIM key and secret of the provider`}},
	{"success elsewhere", `{"path": "status", "values": ["ok"]}`, `{"path": "state", "values": ["ok"]}`, readServers, []string{`nothing at "state" shows success or failure (envelope.success.path)`}},
	{"another value of success", `"values": ["ok"]`, `"values": ["OK"]`, readServers, []string{`"ok" at "status" is none of the values of success (envelope.success.values)`}},
	{"list elsewhere", `"list_path": "result.rows"`, `"list_path": "result.items"`, readServers, []string{`there is no list at "result.items" (envelope.list_path)`}},
	{"total elsewhere", `"total_path": "result.count"`, `"total_path": "result.total"`, readServers, []string{`there is no number at "result.total" (paging.total_path)`}},
	{"page under another name", `"field": "p", "size_field": "rows", "size": 40`, `"field": "page", "size_field": "rows", "size": 5`, readServers, []string{`page 2 and the page before it begin with the same id 101: the DCIM ignores the parameter "page" (paging.field)`}},
	{"field elsewhere", `"rack": "cabinet"`, `"rack": "rack"`, readServers, []string{`the response has nothing at "rack" (fields.server.rack)`}},
	{"value unknown", `{"on": "1", "off": "0", "unknown": ""}`, `{"on": "1", "off": "0"}`, readServers, []string{`"" at "powered" is none of the values (fields.server.power.values)`}},
	{"boolean without its words", `{"path": "scan", "values": {"true": "1", "false": "0"}}`, `{"path": "plan_name", "write_path": "scan"}`, readPackages, []string{`"Legacy E3" at "plan_name" is not a boolean: set values to the texts for true and false (fields.package.collect_hardware_information)`}},
	{"number that is none", `"memory_gb": {"path": "ram_gb", "as": "text"},
      "ip_count"`, `"memory_gb": {"path": "processor", "write_path": "ram_gb", "as": "text"},
      "ip_count"`, readPackages, []string{`the value at "processor" is not a whole number (fields.package.memory_gb)`}},
	{"separator missing", `{"path": "allowed_ips", "separator": ";"}`, `"allowed_ips"`, readKeys, []string{`the value at "allowed_ips" is not a list: if it is a text with several values, set separator (fields.api_key.ip_addresses)`}},
	{"operation missing", `"packages.create": {"method": "POST", "path": "/plans", "fixed": {"do": "create"}},`, ``, createPackage, []string{`the wire profile "query-text" has no operation "packages.create"`, `Add operations.packages.create to the profile`}},
	{"field missing", `"ip_count": {"path": "ips", "as": "text"},`, ``, createPackage, []string{`has no name for ip_count, so the field cannot be sent. Add fields.package.ip_count`}},
	{"written under another name", `"name": "plan_name"`, `"name": {"path": "plan_name", "write_path": "name"}`, createPackage, []string{`Unable to create DCIM package (plan_name): The DCIM does not accept this value: The name field is required`}},
	{"object elsewhere", `"data_path": "result"`, `"data_path": "result.row"`, createPackage, []string{`there is no object at "result.row" (envelope.data_path)`}},
	{"id under another name", `"packages.get": {"method": "GET", "path": "/plans", "fixed": {"do": "get"}, "id_field": "no"}`, `"packages.get": {"method": "GET", "path": "/plans", "fixed": {"do": "get"}, "id_field": "id"}`, createPackage, []string{`is in the list, but a request for it alone returns "not found" (operations.packages.get.path)`}},
	{"not found without its class", `"E_NONE": "not_found", `, ``, losePackage, []string{`packages.get 2: No such package (code E_NONE)`}},
	{"secret elsewhere", `{"path": "apisecret", "optional": true}`, `{"path": "secret", "optional": true}`, createKey, []string{`the response has no key or no secret (fields.api_key.key, fields.api_key.secret)`}},
	{"servers under another name", `"servers_field": "machines"`, `"servers_field": "ids"`, bindServer, []string{`(machines): The DCIM does not accept this value: The servers field is required`}},
	{"package under another name", `"package_field": "plan_no"`, `"package_field": "plan"`, bindServer, []string{`The DCIM does not accept this value: The selected package is invalid`}},
}

// read reads a data source.
func read(t *testing.T, p *acctest.Protocol, typeName string) []string {
	t.Helper()
	_, diagnostics := p.ReadDataSource(t, typeName, map[string]any{})
	return acctest.Messages(diagnostics)
}

func readServers(t *testing.T, p *acctest.Protocol, _ *sandbox.Sandbox) []string {
	t.Helper()
	return read(t, p, "hosting_dcim_servers")
}

func readPackages(t *testing.T, p *acctest.Protocol, _ *sandbox.Sandbox) []string {
	t.Helper()
	return read(t, p, "hosting_dcim_packages")
}

// readKeys reads the keys, one of which has addresses.
func readKeys(t *testing.T, p *acctest.Protocol, sb *sandbox.Sandbox) []string {
	t.Helper()
	sb.DCIM.AddAPIKey("Another", "192.0.2.1")
	return read(t, p, "hosting_dcim_api_keys")
}

// applied creates an object and reads it again, until something is said about it.
func applied(t *testing.T, p *acctest.Protocol, typeName string, config map[string]any, between func()) []string {
	t.Helper()
	planned, diagnostics := p.PlanChange(t, typeName, nil, config)
	if planned == nil {
		return acctest.Messages(diagnostics)
	}
	made, diagnostics := p.Apply(t, planned)
	if len(diagnostics) > 0 {
		return acctest.Messages(diagnostics)
	}
	between()
	_, diagnostics = p.Read(t, made)
	return acctest.Messages(diagnostics)
}

func createPackage(t *testing.T, p *acctest.Protocol, _ *sandbox.Sandbox) []string {
	t.Helper()
	return applied(t, p, "hosting_dcim_package", map[string]any{"name": "Profile test", "ip_count": 1}, func() {})
}

// losePackage deletes the package in the panel.
func losePackage(t *testing.T, p *acctest.Protocol, sb *sandbox.Sandbox) []string {
	t.Helper()
	return applied(t, p, "hosting_dcim_package", map[string]any{"name": "Profile test"}, func() {
		sb.DCIM.Mutate(func(s *sandbox.DCIMState) { s.Packages = s.Packages[:1] })
	})
}

func createKey(t *testing.T, p *acctest.Protocol, _ *sandbox.Sandbox) []string {
	t.Helper()
	return applied(t, p, "hosting_dcim_api_key", map[string]any{"label": "Profile test"}, func() {})
}

func bindServer(t *testing.T, p *acctest.Protocol, _ *sandbox.Sandbox) []string {
	t.Helper()
	return applied(t, p, "hosting_dcim_server_binding", map[string]any{"server_id": "104", "package_id": "1"}, func() {})
}

// TestMatchingGuide_mistakes makes every mistake and looks for what the provider says in the guide.
func TestMatchingGuide_mistakes(t *testing.T) {
	right, err := os.ReadFile(guideProfile)
	require.NoError(t, err)
	guide, err := os.ReadFile(matchingGuide)
	require.NoError(t, err)
	for _, m := range mistakes {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, 1, strings.Count(string(right), m.from), m.from)
			wrong := strings.Replace(string(right), m.from, m.to, 1)
			sb := acctest.NewSandbox(t, sandbox.Options{DCIM: sandbox.DCIMOptions{Profile: string(right)}})
			key, secret := sb.DCIM.AdminKey()
			p := acctest.NewProtocol(t, "test")
			require.Empty(t, acctest.Messages(p.Configure(t, map[string]any{"dcim": map[string]any{
				"url": sb.DCIM.URL(), "key": key, "secret": secret, "profile": wrong, "max_retries": 0,
			}})))
			got := strings.Join(m.do(t, p, sb), "\n")
			for _, says := range m.says {
				assert.Contains(t, got, says)
				assert.Contains(t, string(guide), says, "the guide does not explain it")
			}
		})
	}
}
