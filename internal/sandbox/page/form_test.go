package page_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/sandboxtest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/solusvm2"
)

// submit sends a form as a script does: without a browser's headers, and without following the redirect.
func submit(t *testing.T, address, form, values string, headers ...string) (int, string) {
	t.Helper()
	request, err := http.NewRequest(http.MethodPost, address+"/_sandbox/change/"+form, strings.NewReader(values))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Host" {
			request.Host = headers[i+1]
		}
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	require.NoError(t, err)
	return response.StatusCode, strings.TrimSpace(sandboxtest.Body(t, response))
}

func TestFormsOfWHMCS(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	furnish(t, sb)
	sb.WHMCS.Mutate(func(s *sandbox.State) { s.Set("tblproducts", "1", "retired", "1") })
	for _, c := range []struct {
		form, values string
		status       int
		want         string
	}{
		{"nothing", "product=2", 404, "404 page not found"},
		{"service", "service=1&status=Active", 422, `Nothing was changed: no service has the id "1".`},
		{"order", "product=2", 303, "A customer ordered Dedicated E3-1230. The service has the id 1 and is active."},
		{"order", "product=2", 303, "A customer ordered Dedicated E3-1230. The service has the id 2 and is active."},
		{"order", "product=2", 422, "Nothing was changed: the product Dedicated E3-1230 is out of stock."},
		{"order", "product=1", 422, "Nothing was changed: the product Legacy VPS is retired and cannot be ordered."},
		{"order", "product=9", 422, `Nothing was changed: no product has the id "9".`},
		{"order", "", 422, `Nothing was changed: no product has the id "".`},
		{"service", "service=1&status=Terminated", 303, "The service with the id 1 is now terminated."},
		{"service", "service=9&status=Active", 422, `Nothing was changed: no service has the id "9".`},
		{"service", "service=1&status=Gone", 422, "Nothing was changed: the status must be one of Active, Pending, Suspended, Terminated, Cancelled, Fraud."},
		{"price", "product=2&currency=1&cycle=monthly&price=95", 303,
			"Dedicated E3-1230: the monthly price in USD was 89.00 and is now 95.00."},
		{"price", "product=2&currency=eur&cycle=annually&price=99.5", 303,
			"Dedicated E3-1230: the annually price in EUR was -1.00 and is now 99.50."},
		{"price", "product=2&currency=EUR&cycle=annually&price=-1", 303,
			"Dedicated E3-1230: the annually price in EUR was 99.50 and is now -1.00."},
		{"price", "product=2&currency=USD&cycle=monthly&price=-2", 422,
			`Nothing was changed: the price "-2" is not a number with at most two decimal places.`},
		{"price", "product=2&currency=USD&cycle=monthly&price=1.001", 422,
			`Nothing was changed: the price "1.001" is not a number with at most two decimal places.`},
		{"price", "product=2&currency=CHF&cycle=monthly&price=1", 422,
			`Nothing was changed: no currency has the id or the code "CHF".`},
		{"price", "product=2&currency=USD&cycle=weekly&price=1", 422,
			`Nothing was changed: no billing cycle has the name "weekly".`},
		{"price", "product=7&currency=USD&cycle=monthly&price=1", 422, `Nothing was changed: no product has the id "7".`},
		{"text", "object=product_addon:1&field=name&text=IPv4", 303, "Product addon Extra IP address has a new name."},
		{"text", "object=product_group:1&field=headline&text=A+%26+B", 303, "Product group Legacy & Co has a new headline."},
		{"text", "object=product_group:1&field=description&text=A", 422,
			"Nothing was changed: Product group Legacy & Co has no description. It has: name, headline, tagline."},
		{"text", "object=product:2&field=name&text=", 422,
			"Nothing was changed: the new name of Product Dedicated E3-1230 is required."},
		{"text", "object=currency:1&field=name&text=A", 422, `Nothing was changed: no object is called "currency:1".`},
		{"text", "object=product:9&field=name&text=A", 422, `Nothing was changed: no object is called "product:9".`},
	} {
		status, text := submit(t, sb.WHMCS.URL(), c.form, c.values)
		assert.Equal(t, c.status, status, c.form+" "+c.values)
		assert.Equal(t, c.want, text, c.form+" "+c.values)
	}
	assert.Equal(t, "Terminated", sb.WHMCS.Row("tblhosting", "1")["domainstatus"])
	assert.Equal(t, "1", sb.WHMCS.Row("tblhosting", "2")["server"], "WHMCS chooses a server of the group")
	assert.Equal(t, sandbox.Row{"relid": "2", "configid": "1", "optionid": "1", "qty": "0"},
		sb.WHMCS.Row("tblhostingconfigoptions", "2"))
	assert.Equal(t, "0", sb.WHMCS.Row("tblproducts", "2")["qty"])
	assert.Equal(t, "A &amp; B", sb.WHMCS.Row("tblproductgroups", "1")["headline"], "the admin area stores entities")
	assert.Equal(t, "Legacy &amp; Co", sb.WHMCS.Row("tblproductgroups", "1")["name"], "other columns stay")
	assert.Contains(t, tableText(t, fetchPage(t, sb.WHMCS.URL()), "products"), "0 sold out")
	assert.Contains(t, fetchPage(t, sb.WHMCS.URL()), "Product group Legacy &amp; Co has a new headline.",
		"the page shows the last change")
}

func TestFormsOfTheDCIM(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	sb.DCIM.AddAPIKey("WHMCS", "")
	for _, c := range []struct {
		form, values string
		status       int
		want         string
	}{
		{"delete-key", "key=2", 303, "The API key WHMCS is deleted."},
		{"delete-key", "key=2", 422, `Nothing was changed: no API key has the id "2".`},
		{"delete-key", "key=1", 422, "Nothing was changed: this is the API key of Terraform itself."},
		{"bind", "server=104&package=1", 303, "The server BOM-A01-04 has the package Legacy E3 now."},
		{"bind", "server=101&package=0", 303, "The server BOM-A01-01 has no package now."},
		{"bind", "server=1&package=1", 422, `Nothing was changed: no server has the id "1".`},
		{"bind", "server=104&package=7", 422, `Nothing was changed: no package has the id "7".`},
		{"memory", "package=1&memory=64", 303, "The package Legacy E3 has 64 GB of memory now."},
		{"memory", "package=1&memory=much", 422, `Nothing was changed: the memory "much" is not a whole number of GB.`},
		{"memory", "package=7&memory=1", 422, `Nothing was changed: no package has the id "7".`},
	} {
		status, text := submit(t, sb.DCIM.URL(), c.form, c.values)
		assert.Equal(t, c.status, status, c.form+" "+c.values)
		assert.Equal(t, c.want, text, c.form+" "+c.values)
	}
	assert.Len(t, sb.DCIM.APIKeys(), 1)
	assert.EqualValues(t, 1, sb.DCIM.Machines()[3].PackageID)
	assert.Zero(t, sb.DCIM.Machines()[0].PackageID)
	assert.EqualValues(t, 64, sb.DCIM.Packages()[0].MemoryGB)
}

func TestFormsOfSolusVM2(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	var terraform, scripts string
	sb.SolusVM2.View(func(s *solusvm2.State) { terraform, scripts = s.Tokens[0].ID, s.Tokens[1].ID })
	status, _ := submit(t, sb.SolusVM2.URL(), "integration", "url=https://other.example.com/")
	assert.Equal(t, http.StatusNotFound, status, "there is no integration yet")
	driver := object{"url": "https://billing.example.com/", "token": "canary-token"}
	sb.SolusVM2.Mutate(func(s *solusvm2.State) {
		s.Settings["billing_integration"] = object{"type": "whmcs", "drivers": object{"whmcs": driver}}
	})
	page := fetchPage(t, sb.SolusVM2.URL())
	for id, words := range map[string]string{
		"billing-integration": "whmcs https://billing.example.com/ stored",
		"limit-groups":        "Default default id 1 no limit 5 2 2",
		"api-tokens":          "Scripts id " + scripts[:8] + "… asha@example.com",
		"users":               "wei@example.com id 3 locked Client Default any address –",
		"virtual-servers":     "vps-01 id 1 stopped wei@example.com KVM S kvm 2 vCPU, 2 GiB, disk 40 GiB Mumbai 198.51.100.2",
		"plans":               "KVM M id 2 2 vCPU, 4 GiB, disk 80 GiB 7 4000 1 300",
	} {
		assert.Contains(t, tableText(t, page, id), words)
	}
	for _, secret := range []string{"canary-token", sb.SolusVM2.AdminToken(), sb.SolusVM2.ClientToken()} {
		assert.NotContains(t, page, secret)
	}
	for _, c := range []struct {
		form, values string
		status       int
		want         string
	}{
		{"integration", "url=ftp://other", 422, `Nothing was changed: "ftp://other" is not an http or https address.`},
		{"integration", "url=https://other.example.com/", 303,
			"The billing integration now has the URL https://other.example.com/."},
		{"limit", "group=1&servers=3", 303, "The limit group Default now allows 3 servers."},
		{"limit", "group=1&servers=-1", 303, "The limit group Default now has no limit of servers."},
		{"limit", "group=1&servers=-2", 422, `Nothing was changed: the limit "-2" is neither a whole number nor -1.`},
		{"limit", "group=9&servers=1", 422, `Nothing was changed: no limit group has the id "9".`},
		{"delete-token", "token=" + url.QueryEscape(scripts), 303, "The API token Scripts is deleted."},
		{"delete-token", "token=" + url.QueryEscape(scripts), 422,
			`Nothing was changed: no API token has the id "` + scripts + `".`},
	} {
		status, text := submit(t, sb.SolusVM2.URL(), c.form, c.values)
		assert.Equal(t, c.status, status, c.form+" "+c.values)
		assert.Equal(t, c.want, text, c.form+" "+c.values)
	}
	assert.Equal(t, "https://other.example.com/", driver["url"])
	sb.SolusVM2.Mutate(func(s *solusvm2.State) {
		s.Tokens = append(s.Tokens, solusvm2.Token{ID: "2", Name: "Other", UserID: 1})
	})
	status, text := submit(t, sb.SolusVM2.URL(), "delete-token", "token="+url.QueryEscape(terraform))
	assert.Equal(t, http.StatusUnprocessableEntity, status)
	assert.Equal(t, "Nothing was changed: this is the API token of Terraform itself.", text)
}

// TestFormsAreForThisComputer checks that another web site cannot change the sandbox through a person's browser.
func TestFormsAreForThisComputer(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	own := sb.WHMCS.URL()
	port := own[strings.LastIndex(own, ":"):]
	for _, c := range []struct {
		name    string
		headers []string
		status  int
	}{
		{"a script", nil, 303},
		{"the page, in a browser without Sec-Fetch-Site", []string{"Origin", own}, 303},
		{"the page", []string{"Origin", own, "Sec-Fetch-Site", "same-origin"}, 303},
		{"the page at localhost", []string{"Host", "localhost" + port, "Origin", "http://localhost" + port}, 303},
		{"another site", []string{"Origin", "https://evil.example.com", "Sec-Fetch-Site", "cross-site"}, 403},
		{"another site, in a browser without Sec-Fetch-Site", []string{"Origin", "https://evil.example.com"}, 403},
		{"a sandboxed frame", []string{"Origin", "null"}, 403},
		{"another port of this computer", []string{"Origin", "http://127.0.0.1:1", "Sec-Fetch-Site", "same-site"}, 403},
		{"a name of another site for this computer", []string{"Host", "evil.example.com" + port, "Origin",
			"http://evil.example.com" + port, "Sec-Fetch-Site", "same-origin"}, 403},
	} {
		status, text := submit(t, own, "price", "product=1&currency=USD&cycle=monthly&price=12", c.headers...)
		assert.Equal(t, c.status, status, c.name+": "+text)
	}
	for method, path := range map[string]string{http.MethodDelete: "/_sandbox/faults",
		http.MethodPost: "/_sandbox/faults"} {
		request, err := http.NewRequest(method, own+path, strings.NewReader(`{"status":500}`))
		require.NoError(t, err)
		request.Header.Set("Origin", "https://evil.example.com")
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		_ = sandboxtest.Body(t, response)
		assert.Equal(t, http.StatusForbidden, response.StatusCode, method)
	}
	response, err := http.Get(own + "/_sandbox/change/price?product=1&currency=USD&cycle=monthly&price=13")
	require.NoError(t, err)
	_ = sandboxtest.Body(t, response)
	assert.Equal(t, http.StatusNotFound, response.StatusCode, "a link changes nothing")
}
