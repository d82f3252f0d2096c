package page_test

import (
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/dcim"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/fault"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/journal"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/sandboxtest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/solusvm2"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/whmcs"
)

type object = map[string]any

// fetchPage returns the HTML of a system's page.
func fetchPage(t *testing.T, address string) string {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, address+"/", nil)
	require.NoError(t, err)
	request.Header.Set("Accept", "text/html")
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	assert.Equal(t, http.StatusOK, response.StatusCode)
	assert.Equal(t, "text/html; charset=utf-8", response.Header.Get("Content-Type"))
	policy := response.Header.Get("Content-Security-Policy")
	assert.True(t, strings.HasPrefix(policy, "default-src 'none'; style-src 'unsafe-inline'"), policy)
	assert.Equal(t, "no-store", response.Header.Get("Cache-Control"))
	return sandboxtest.Body(t, response)
}

var (
	markup = regexp.MustCompile(`<[^>]*>`)
	spaces = regexp.MustCompile(`\s+`)
)

// tableText returns the visible text of one table of the page.
func tableText(t *testing.T, page, id string) string {
	t.Helper()
	_, rest, found := strings.Cut(page, `<section id="`+id+`">`)
	require.True(t, found, "the page has no table %q", id)
	section, _, _ := strings.Cut(rest, "</section>")
	return strings.TrimSpace(spaces.ReplaceAllString(html.UnescapeString(markup.ReplaceAllString(section, " ")), " "))
}

func TestPageShowsWhatIsThere(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	page := fetchPage(t, sb.WHMCS.URL())
	assert.NotContains(t, page, `<section id="servers">`, "an empty table takes no room")
	assert.Contains(t, page, `<span id="servers">Servers</span>`)
	assert.Contains(t, tableText(t, page, "currencies"), "INR id 2 ₹ INR 83.12500")
	assert.Contains(t, tableText(t, page, "product-groups"), "Legacy & Co id 1", "the entity of the admin area is undone")

	server, _ := sandboxtest.Create(t, sb, "server", object{
		"name": "DCIM", "module": "toplink_dcim", "hostname": "dcim.example.com", "ip_address": "203.0.113.20",
		"secure": true, "username": "whmcs", "password": "hunter2",
		"toplink_dcim": object{"username_prefix": "mumbai", "hostname_format": "{label}-{ipv4}"}, "default_for_module": true,
	})
	group, _ := sandboxtest.Create(t, sb, "server_group",
		object{"name": "Dedicated", "fill_type": "fill_default_first", "server_ids": []string{server}})
	product, _ := sandboxtest.Create(t, sb, "product", object{
		"product_group_id": "1", "name": "Dedicated E3", "type": "server", "module": "toplink_dcim", "server_group_id": group,
		"pay_type": "recurring", "auto_setup": "on_payment",
		"toplink_dcim": object{"package": "E3-1230", "client_power": true},
		"pricing": object{"USD": object{"monthly": object{"price": "89", "setup_fee": "25"},
			"annually": object{"price": "979"}}},
		"custom_fields": object{"os": object{"name": "Pre Install System", "type": "dropdown",
			"options": []string{"debian12", "alma9"}}},
	})
	sandboxtest.Create(t, sb, "configurable_option_group",
		object{"name": "Extras", "product_ids": []string{product}, "options": object{"memory": object{
			"name": "Memory", "sub_options": object{"gb_64": object{"name": "64 GB",
				"pricing": object{"USD": object{"monthly": object{"price": "20", "setup_fee": "5"}}}}},
		}}})
	sb.WHMCS.AddService(product, server, "Suspended")
	page = fetchPage(t, sb.WHMCS.URL())
	for id, expected := range map[string][]string{
		"servers": {"DCIM default of its module id 1",
			"dcim.example.com 203.0.113.20 port of the module, with SSL", "stored", "user name prefix: mumbai",
			"host name format: {label}-{ipv4}"},
		"server-groups": {"Dedicated id 1 fill the default server, then the least used DCIM (id 1)"},
		"products":      {"Dedicated E3 id 2 Legacy & Co server toplink_dcim Dedicated when the first payment is received recurring unlimited 1"},
		"prices":        {"Dedicated E3 id 2 USD – $89.00 + $25.00 setup fee – – $979.00 – –"},
		"module-settings-of-products": {"Dedicated E3 id 2 toplink_dcim Package: E3-1230",
			"Client Power: yes Client Reinstall: no"},
		"custom-fields-of-products":  {"Pre Install System id 1 Dedicated E3 dropdown debian12, alma9 no no no"},
		"configurable-option-groups": {"Extras id 1 Dedicated E3 1"},
		"configurable-options":       {"64 GB id 1 Memory dropdown, id 1 Extras USD: monthly $20.00 + $5.00 setup fee 0"},
		"services-of-customers":      {"id 1 Dedicated E3 id 2 DCIM id 1 Suspended"},
		"last-requests":              {"create configurable_option_group writes 200", "create server writes 200"},
		"addon-modules":              {"legacy_tool 2.0 Full Administrator Support & Abuse"},
	} {
		for _, words := range expected {
			assert.Contains(t, tableText(t, page, id), words)
		}
	}
	assert.NotContains(t, page, "hunter2")

	assert.NotContains(t, page, `<section id="solusvm2-addon">`, "the addon is not active yet")
	assert.Contains(t, page, `<a href="`+sb.SolusVM2.URL()+`/">SolusVM 2</a>`)

	// The next request of the page shows the change.
	sb.WHMCS.SetProductPrice(product, "USD", "monthly", "8.90")
	sb.WHMCS.Mutate(func(s *whmcs.State) { s.Set("tblproducts", product, "hidden", "1") })
	page = fetchPage(t, sb.WHMCS.URL())
	assert.Contains(t, tableText(t, page, "prices"), "USD – $8.90 + $25.00 setup fee")
	assert.Contains(t, tableText(t, page, "products"), "Dedicated E3 hidden id 2")
}

func TestPageShowsTheDCIM(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{Clock: func() time.Time {
		return time.Date(2026, 2, 1, 10, 0, 0, 0,
			time.UTC)
	}})
	key, secret := sb.DCIM.AdminKey()
	status, _ := sandboxtest.DCIM(t, sb, key, secret, "POST", "/api/v1/servers/assign-package",
		`{"server_ids":[104,105],"package_id":1}`)
	require.Equal(t, http.StatusNoContent, status)
	page := fetchPage(t, sb.DCIM.URL())
	for id, expected := range map[string][]string{
		"system-api-keys": {"Terraform id 1 " + key[:8] + "… any address 2026-02-01 10:00:00"},
		"packages":        {"Legacy E3 id 1 Intel Xeon E3-1230 v6 32 GB 480 GB SSD SATA 1 Gbps 1 3 5 2"},
		"servers-in-mumbai": {"Rack BOM-A01 BOM-A01-01 id 101 on rented Legacy E3 asha.rao",
			"BOM-A01-04 id 104 on idle Legacy E3 Supermicro", "off faulty disk controller, waiting for parts"},
		"servers-in-frankfurt": {"Rack FRA-C09 locked: not used by automatic provisioning",
			"AMD EPYC 9354P, 256 GB, 2 × NVIDIA L40S 3.84 TB SSD NVMe 8 TB HDD SAS"},
		"last-requests": {"POST /api/v1/servers/assign-package assign_package server × 2 writes 204"},
	} {
		for _, words := range expected {
			assert.Contains(t, tableText(t, page, id), words)
		}
	}
}

// TestPageEscapes checks that texts from the systems are escaped.
func TestPageEscapes(t *testing.T) {
	const hostile = `<script>alert(1)</script>"'><img src=x onerror=alert(2)>`
	sb := sandboxtest.Start(t, sandbox.Options{})
	for _, kind := range []string{"product_group", "server_group", "configurable_option_group"} {
		sandboxtest.Create(t, sb, kind, object{"name": hostile})
	}
	sb.WHMCS.Mutate(func(s *whmcs.State) {
		s.Set("tblproducts", "1", "name", hostile)
		s.Set("tblproducts", "1", "configoption1", "javascript:alert(3)")
		s.Insert("tblservers", whmcs.Row{"name": hostile, "type": hostile, "hostname": hostile, "username": hostile[:10]})
		s.Insert("tblhosting", whmcs.Row{"domainstatus": `"><script>`})
	})
	sb.DCIM.AddAPIKey(hostile, "")
	sb.DCIM.Mutate(func(s *dcim.State) {
		s.Servers[0].DataCenter, s.Servers[0].Rack, s.Servers[0].Power = hostile, hostile, hostile
		s.Servers[1].DataCenter, s.Servers[2].DataCenter = "孟买", "法兰克福"
	})
	_, err := http.Get(sb.DCIM.URL() + "/%3Cscript%3E")
	require.NoError(t, err)
	sb.SolusVM2.Mutate(func(s *solusvm2.State) {
		s.LimitGroups[0].Name, s.Tokens[1].Name, s.Users[1].Email, s.Servers[0].Status = hostile, hostile, hostile, hostile
	})
	for _, address := range []string{sb.WHMCS.URL(), sb.DCIM.URL(), sb.SolusVM2.URL()} {
		page := fetchPage(t, address)
		assert.Contains(t, page, "&lt;script&gt;alert(1)&lt;/script&gt;")
		assert.NotContains(t, strings.ToLower(page), "<script")
		assert.NotContains(t, page, "<img")
		ids := regexp.MustCompile(` id="([^"]*)"`).FindAllStringSubmatch(page, -1)
		seen := map[string]bool{}
		for _, id := range ids {
			assert.Regexp(t, `^[a-z0-9-]+$`, id[1])
			assert.False(t, seen[id[1]], "two elements have the id %s", id[1])
			seen[id[1]] = true
		}
		assert.NotRegexp(t, `(src|href)="(https?:)?//[^1]`, page, "nothing comes from elsewhere")
	}
}

// TestPageHasNoSecret puts secrets into every place where the systems store them.
func TestPageHasNoSecret(t *testing.T) {
	const canary = "canary-5f1e"
	sb := sandboxtest.Start(t, sandbox.Options{Credential: whmcs.Credential{Identifier: canary + "-identifier",
		Secret: canary + "-secret"}, AccessKey: canary + "-access-key"})
	sandboxtest.Create(t, sb, "server", object{"name": "one", "module": "samplevps", "username": "u",
		"password": canary + "-password", "access_hash": canary + "-hash"})
	made := sb.DCIM.AddAPIKey("WHMCS", "")
	key, secret := sb.DCIM.AdminKey()
	sandboxtest.DCIM(t, sb, key, secret, "GET", "/api/v1/servers?note="+canary, "")
	pages := fetchPage(t, sb.WHMCS.URL()) + fetchPage(t, sb.DCIM.URL())
	assert.NotContains(t, pages, canary)
	for _, hidden := range []string{made.Secret, made.Key, secret, key} {
		assert.NotContains(t, pages, hidden)
	}
	sb.WHMCS.View(func(s *whmcs.State) {
		for _, hidden := range []string{s.Row("tblservers", "1")["password"], s.Terraform["pepper"],
			fmt.Sprintf("%x", s.EncryptionKey)} {
			assert.NotContains(t, pages, hidden)
		}
	})
}

// TestPageIsNotInJournal checks that the journal does not contain page views. Only GET and HEAD of "/" return the
// page.
func TestPageIsNotInJournal(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	sb.AddFault(fault.Rule{Status: http.StatusBadGateway, Times: -1})
	before := sb.DCIM.APIKeys()
	for _, address := range []string{sb.WHMCS.URL(), sb.DCIM.URL(), sb.SolusVM2.URL()} {
		whole := fetchPage(t, address)
		request, err := http.NewRequest(http.MethodHead, address+"/", nil)
		require.NoError(t, err)
		request.Header.Set("Accept", "text/html")
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		assert.Equal(t, http.StatusOK, response.StatusCode)
		assert.Empty(t, sandboxtest.Body(t, response))
		assert.EqualValues(t, len(whole), response.ContentLength)
	}
	assert.Zero(t, sb.Journal().Last(), "the journal records only requests to the systems")
	assert.Equal(t, before, sb.DCIM.APIKeys(), "looking is no call either")

	sb = sandboxtest.Start(t, sandbox.Options{})
	for i, method := range []string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
		for j, system := range []*system.Endpoint{&sb.WHMCS.Endpoint, &sb.DCIM.Endpoint} {
			request, err := http.NewRequest(method, system.URL()+"/", nil)
			require.NoError(t, err)
			response, err := http.DefaultClient.Do(request)
			require.NoError(t, err)
			assert.GreaterOrEqual(t, response.StatusCode, 400, method)
			assert.NotContains(t, sandboxtest.Body(t, response), "Last requests")
			assert.EqualValues(t, 2*i+j+1, sb.Journal().Last(), "the request reached the system")
		}
	}
}

// TestPageDCIMServesRoot checks that the DCIM itself responds to "/" if its API uses that path, or if it does not
// accept the host name.
func TestPageDCIMServesRoot(t *testing.T) {
	profile := strings.NewReplacer(`"/api.php"`, `""`, `"/machines"`,
		`"/"`).Replace(readFile(t, "../../../examples/dcim-profiles/query-text.json"))
	sb := sandboxtest.Start(t, sandbox.Options{DCIM: dcim.Options{Profile: profile}})
	response, err := http.Get(sb.DCIM.URL() + "/?do=list")
	require.NoError(t, err)
	assert.NotContains(t, sandboxtest.Body(t, response), "<html")
	assert.Equal(t, 1, sb.Journal().Count("dcim", "list", "server"))
	assert.Contains(t, fetchPage(t, sb.WHMCS.URL()), "TopLink DCIM")

	sb = sandboxtest.Start(t, sandbox.Options{DCIM: dcim.Options{BoundHost: "dcim.example.com"}})
	response, err = http.Get(sb.DCIM.URL() + "/")
	require.NoError(t, err)
	assert.Equal(t, http.StatusNotFound, response.StatusCode)
	assert.NotContains(t, sandboxtest.Body(t, response), "Last requests")
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(content)
}

// TestPageOfALargeInstallation checks that a long table shows its first rows and the total number.
func TestPageOfALargeInstallation(t *testing.T) {
	sb := sandbox.New(sandbox.Options{Size: 5000, DCIM: dcim.Options{ExtraServers: 5000}})
	for range 300 {
		sb.Journal().Record(journal.Request{System: "whmcs", Method: "POST", Path: "/includes/api.php"})
	}
	show := func(system http.Handler) string {
		recorder := httptest.NewRecorder()
		system.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, "http://127.0.0.1/", nil))
		content, err := io.ReadAll(recorder.Result().Body)
		require.NoError(t, err)
		return string(content)
	}
	page := show(sb.WHMCS)
	assert.Contains(t, tableText(t, page, "products"), "Products 5001")
	assert.Contains(t, tableText(t, page, "products"), "4801 more are not shown.")
	assert.Contains(t, tableText(t, page, "prices"), "14803 more are not shown.")
	assert.Contains(t, tableText(t, page, "last-requests"), "Last requests 50")
	assert.NotContains(t, tableText(t, page, "product-groups"), "more are not shown")
	assert.Less(t, len(page), 1<<20)
	page = show(sb.DCIM)
	assert.Contains(t, tableText(t, page, "servers-in-mumbai"), "4812 more are not shown.")
	assert.NotContains(t, tableText(t, page, "servers-in-frankfurt"), "more are not shown")
	assert.Less(t, len(page), 1<<20)
}

// TestPageShowsTheSolusVM2Addon checks the settings of post-pay, and refused requests.
func TestPageShowsTheSolusVM2Addon(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	furnish(t, sb)
	page := fetchPage(t, sb.WHMCS.URL())
	for id, expected := range map[string][]string{
		"product-addons": {"Extra IP address id 1 Dedicated E3-1230 one time USD: one time $5.00 + $1.00 setup fee 0"},
		"solusvm-2-addon": {
			"API connection: key none", "token of the billing integration stored", "Post-pay on",
			"Terms of service https://example.com/terms",
			"Days until an invoice is due 7", "Price of one token in USD $0.0125", "Price of one token in INR ₹1.0400",
			"Price of one token in EUR –",
			"Landing page the one of the addon",
		},
		"last-requests": {"WhmcsDetails 502 changed by a fault rule", "create product_group writes 200 refused exists"},
	} {
		for _, words := range expected {
			assert.Contains(t, tableText(t, page, id), words)
		}
	}
	assert.Contains(t, tableText(t, fetchPage(t, sb.DCIM.URL()), "last-requests"), "list server 401 refused")
	sb.WHMCS.Mutate(func(s *whmcs.State) {
		s.Files = map[string]string{"templates/twenty-one/modules/addons/solusvm2/post-pay/landing-page.tpl": "<h1>Cloud</h1>\n"}
	})
	assert.Contains(t, tableText(t, fetchPage(t, sb.WHMCS.URL()), "solusvm-2-addon"), "Landing page <h1>Cloud</h1>")
}
