package acctest_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
)

// hostile is one request that no client of ours sends.
type hostile struct {
	name string
	// want is the code of the refusal. "refused" means that WHMCS itself may refuse with its own message. "any" also
	// allows its own form, because the request does not select JSON. "ok" means that a response does no harm.
	want string
	// write is true for TerraformWrite.
	write bool
	// request is the JSON text, with KEY for a fresh key and SERVER for the id of a server that holds a secret.
	request string
	// form changes what is posted, or replaces the whole HTTP request.
	form func(form url.Values)
	http func(base string, form url.Values) (*http.Request, error)
}

// internals are words that tell of the host's inside.
var internals = regexp.MustCompile(`SQLSTATE|\.php\b|[Ss]tack trace|Notice:|Warning:|Fatal|Deprecated|/tmp/|Illuminate|PDOException|SELECT `)

// TestHostileRequests sends requests of attackers and of broken programs. Every response is JSON with the right code.
// Nothing is written, no file is changed, and no secret or internal of the host is shown.
func TestHostileRequests(t *testing.T) {
	groups := hostileRequests()
	count := 0
	for _, group := range groups {
		count += len(group.requests)
	}
	require.GreaterOrEqual(t, count, 200)
	modes := acctest.Options{PHPModes: []acctest.PHPMode{acctest.ModernPHP, acctest.OldPHP}}
	acctest.EachHost(t, modes, func(t *testing.T, env *acctest.Env) {
		c := &contract{T: t, env: env}
		server, _ := c.create("server", object{"name": "Guarded", "module": "samplevps", "hostname": "here.example.com", "username": "u", "password": "Canary-password"})
		c.write(object{"op": "create", "kind": "product_group", "key": "hostile-key-of-before", "values": object{"name": "Before"}})
		files := env.WHMCS.Files(t)
		for _, group := range groups {
			before := env.WHMCS.Dump(t)
			for _, h := range group.requests {
				c.withstand(group.name, h, server)
			}
			require.Equal(t, before, env.WHMCS.Dump(t), "one of %s wrote something", group.name)
		}
		assert.Equal(t, files, env.WHMCS.Files(t))
		assert.NotContains(t, env.WHMCS.LogText(t), "Canary")
		assert.NotContains(t, env.WHMCS.LogText(t), "internal error")
		t.Logf("%d hostile requests in %d groups", count, len(groups))
	})
}

// withstand sends one request and checks its response.
func (c *contract) withstand(group string, h hostile, server string) {
	c.Helper()
	credential := c.env.WHMCS.Credential()
	action := "TerraformRead"
	if h.write {
		action = "TerraformWrite"
	}
	text := strings.NewReplacer("KEY", newContractKey(), "SERVER", server).Replace(h.request)
	form := url.Values{
		"action": {action}, "responsetype": {"json"}, "identifier": {credential.Identifier}, "secret": {credential.Secret},
		"terraform_request": {base64.RawURLEncoding.EncodeToString([]byte(text))},
	}
	if h.form != nil {
		h.form(form)
	}
	build := h.http
	if build == nil {
		build = func(base string, form url.Values) (*http.Request, error) {
			request, err := http.NewRequestWithContext(c.Context(), http.MethodPost, base, strings.NewReader(form.Encode()))
			if err == nil {
				request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			}
			return request, err
		}
	}
	request, err := build(c.env.WHMCS.URL()+"/includes/api.php", form)
	require.NoError(c, err)
	response, err := http.DefaultClient.Do(request.WithContext(c.Context()))
	require.NoError(c, err, "%s: %s", group, h.name)
	raw, err := io.ReadAll(response.Body)
	require.NoError(c, err)
	require.NoError(c, response.Body.Close())
	var body struct{ Result, Code, Message, Payload string }
	if h.want == "any" {
		assert.Less(c, response.StatusCode, http.StatusInternalServerError)
		assert.Empty(c, internals.FindString(string(raw)), "%s", raw)
		return
	}
	if !assert.NoError(c, json.Unmarshal(raw, &body), "%s: %s: %s", group, h.name, raw) {
		return
	}
	payload, err := base64.StdEncoding.DecodeString(body.Payload)
	assert.NoError(c, err)
	seen := fmt.Sprintf("%s: %s: status %d %s %s", group, h.name, response.StatusCode, body.Message, payload)
	switch h.want {
	case "ok":
		assert.Equal(c, "success", body.Result, seen)
	case "refused":
		assert.Equal(c, "error", body.Result, seen)
		assert.NotEqual(c, "internal", body.Code, seen)
	default:
		assert.Equal(c, "error "+h.want, body.Result+" "+body.Code, seen)
		assert.Equal(c, http.StatusOK, response.StatusCode, seen)
	}
	everything := string(raw) + string(payload)
	for _, secret := range []string{"Canary-", credential.Identifier, credential.Secret} {
		assert.NotContains(c, everything, secret, seen)
	}
	// The operator's own file is named wherever it is what to change.
	assert.Empty(c, internals.FindString(strings.ReplaceAll(everything, "companion.local.php", "")), seen)
}
