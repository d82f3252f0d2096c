package acctest_test

import (
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

// TestImpactWarning: the plan of a price change says which services it concerns, and shows money only if it may.
func TestImpactWarning(t *testing.T) {
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		c := &contract{T: t, env: env}
		p := env.Protocol(t)
		const product = "hosting_whmcs_product"
		group := p.Do(t, "hosting_whmcs_product_group", nil, map[string]any{"name": "G"})
		config := func(monthly string, more map[string]any) map[string]any {
			values := map[string]any{
				"name": "Dedicated", "product_group_id": id(t, p, group), "pay_type": "recurring",
				"prices": map[string]any{
					"USD": map[string]any{"monthly": monthly}, "EUR": map[string]any{"monthly": "80.00"}, "INR": map[string]any{"monthly": "7000.00"},
				},
			}
			for name, value := range more {
				values[name] = value
			}
			return values
		}
		made := p.Do(t, product, nil, config("89.00", nil))
		productID := id(t, p, made)
		plan := func(values map[string]any) string {
			t.Helper()
			_, diagnostics := env.Protocol(t).PlanChange(t, product, made, values) // each plan is one of a new process
			return strings.Join(acctest.Messages(diagnostics), "\n")
		}
		assert.NotContains(t, plan(config("99.00", nil)), "keep", "the product has no services")
		c.env.WHMCS.Insert(c, "tblpromotions", map[string]string{"code": "P", "appliesto": "", "requires": "", "recurring": "1", "recurfor": "3"})
		for client := range 6 {
			row := map[string]string{
				"firstname": "Canary", "lastname": "Canary", "companyname": "", "email": "canary@customer.example", "address1": "", "city": "",
				"phonenumber": "", "currency": "1",
			}
			owner := c.env.WHMCS.Insert(c, "tblclients", row)
			service := c.env.WHMCS.AddService(c, productID, "0", []string{"Active", "Suspended"}[client%2])
			c.env.WHMCS.Set(c, "tblhosting", service, "userid", owner)
			c.env.WHMCS.Set(c, "tblhosting", service, "promoid", []string{"0", "1", "0"}[client%3])
			c.env.WHMCS.Set(c, "tblhosting", service, "promocount", "1")
		}
		c.env.WHMCS.AddService(c, productID, "0", "Pending")
		c.env.WHMCS.AddService(c, productID, "0", "Terminated")
		text := plan(config("99.00", nil))
		assert.Contains(t, text, "Dedicated: USD monthly 89.00 → 99.00 (+11.2 %); new orders and upgrades only. "+
			"6 services keep their amount, 2 lose a limited promotion later, 1 order unpaid or waiting.")
		assert.Contains(t, text, "recurring 6, pending 1")
		assert.NotContains(t, text, "≈")
		c.settings(guarded(func(s *sandbox.SafetySettings) { s.Revenue = true }))
		text = plan(config("80.10", map[string]any{"setup_fees": map[string]any{"USD": map[string]any{"monthly": "5.00"}}, "hidden": true}))
		assert.Contains(t, text, "Dedicated: USD monthly 89.00 → 80.10 (-10.0 %) set-up fee 0.00 → 5.00, now hidden; new orders and upgrades only.")
		assert.Contains(t, text, "USD ≈ 60.00")
		assert.Contains(t, plan(config("89.00", map[string]any{"retired": true})), "Dedicated: now retired; new orders only. 6 services keep their amount")
		assert.NotContains(t, plan(config("89.00", map[string]any{"tagline": "No price"})), "keep their amount")
		assert.NotContains(t, strings.ToLower(text), "canary")
		_, diagnostics := p.PlanChange(t, product, made, config("99.00", nil))
		assert.NotContains(t, strings.Join(acctest.Messages(diagnostics), "\n"), "keep their amount", "this process has written")
	})
}

// TestImpactWarning_uncounted: if the services cannot be counted, the plan of a price change has one warning with the
// reason. The data source fails with the same reason.
func TestImpactWarning_uncounted(t *testing.T) {
	const product = "hosting_whmcs_product"
	values := func(monthly string) map[string]any {
		return map[string]any{
			"name": "Dedicated", "product_group_id": "1", "pay_type": "recurring",
			"prices": map[string]any{
				"USD": map[string]any{"monthly": monthly}, "EUR": map[string]any{"monthly": "80.00"}, "INR": map[string]any{"monthly": "7000.00"},
			},
		}
	}
	check := func(t *testing.T, env *acctest.Env, at acctest.Settings, others int, says ...string) {
		t.Helper()
		made := env.Protocol(t).Do(t, product, nil, values("89.00"))
		env.WHMCS.AddService(t, id(t, env.Protocol(t), made), "0", "Active")
		p := env.Protocol(t, at)
		change, diagnostics := p.PlanChange(t, product, made, values("99.00"))
		messages := acctest.Messages(diagnostics)
		require.Len(t, messages, 1+others, "%q", messages)
		assert.False(t, p.IsEmpty(t, change))
		warning := messages[slices.IndexFunc(messages, func(m string) bool { return strings.Contains(m, "could not be counted") })]
		assert.Contains(t, warning, "warning at prices: The plan does not show which services price changes concern")
		_, diagnostics = p.ReadDataSource(t, usageSource, nil)
		failures := acctest.Messages(diagnostics)
		require.Len(t, failures, 1)
		assert.Contains(t, failures[0], "error at : Unable to read WHMCS products with their services")
		for _, text := range says {
			assert.Contains(t, warning, text)
			assert.Contains(t, failures[0], text)
		}
	}
	t.Run("older companion", func(t *testing.T) {
		acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
			url := withoutImpact(t, env.WHMCS.URL(), func(w http.ResponseWriter, forward func(with string)) { forward("totals") })
			check(t, env, acctest.Settings{"whmcs": {"url": url}}, 0,
				"the companion in WHMCS is older than this provider", "install the companion of this provider's version")
		})
	})
	t.Run("overloaded", func(t *testing.T) {
		acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
			url := withoutImpact(t, env.WHMCS.URL(), func(w http.ResponseWriter, _ func(with string)) {
				http.Error(w, "Try again later.", http.StatusServiceUnavailable)
			})
			check(t, env, acctest.Settings{"whmcs": {"url": url}}, 0, "503")
		})
	})
	t.Run("unreachable", func(t *testing.T) {
		acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
			gone := httptest.NewServer(http.NotFoundHandler())
			gone.Close()
			check(t, env, acctest.Settings{"whmcs": {"url": gone.URL}}, 1, "connect")
		})
	})
	t.Run("missing column", func(t *testing.T) {
		options := acctest.Options{
			SandboxOnly: "the test host has all columns",
			Sandbox:     sandbox.Options{MissingColumns: []string{"tblhosting.regdate"}},
		}
		acctest.Each(t, options, func(t *testing.T, env *acctest.Env) {
			check(t, env, nil, 0, "this WHMCS lacks a column of the tables tblhosting or tblclients")
		})
	})
}

// withoutImpact starts a proxy in front of a WHMCS. The function respond handles the reads of totals of services. It
// may forward a read with another word for the totals. The companion then refuses the read, as an older companion
// does.
func withoutImpact(t *testing.T, target string, respond func(w http.ResponseWriter, forward func(with string))) string {
	t.Helper()
	origin, err := url.Parse(target)
	require.NoError(t, err)
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(origin) }}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		form, err := url.ParseQuery(string(body))
		assert.NoError(t, err)
		send := func() {
			encoded := form.Encode()
			r.Body, r.ContentLength = io.NopCloser(strings.NewReader(encoded)), int64(len(encoded))
			proxy.ServeHTTP(w, r)
		}
		request, err := base64.RawURLEncoding.DecodeString(form.Get("terraform_request"))
		assert.NoError(t, err)
		if !strings.Contains(string(request), `"with":["impact"]`) {
			send()
			return
		}
		respond(w, func(with string) {
			changed := strings.Replace(string(request), `"with":["impact"]`, `"with":["`+with+`"]`, 1)
			form.Set("terraform_request", base64.RawURLEncoding.EncodeToString([]byte(changed)))
			send()
		})
	}))
	t.Cleanup(server.Close)
	return server.URL
}
