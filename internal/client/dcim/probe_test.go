package dcim

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/clienttest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

// keyRow is an API key in the assumed profile.
func keyRow(id string) string { return `{"id":` + id + `,"label":"L","ip":""}` }

func TestProbe(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		answers map[string]string // by path and query
		want    ProbeResult
		says    string
	}{
		{
			"one page", map[string]string{"": `{"data":[` + keyRow("1") + `,` + keyRow("2") + `],"meta":{"last_page":1}}`, "/1": `{"data":` + keyRow("1") + `}`},
			ProbeResult{Rows: 2, All: true, Got: true}, "",
		},
		{"none", map[string]string{"": `{"data":[],"meta":{"last_page":1}}`}, ProbeResult{All: true}, ""},
		{
			"more than two pages", map[string]string{
				"?page=1": `{"data":[` + keyRow("1") + `],"meta":{"last_page":9}}`, "?page=2": `{"data":[` + keyRow("2") + `],"meta":{"last_page":9}}`, "/1": `{"data":` + keyRow("1") + `}`,
			},
			ProbeResult{Rows: 2, Got: true}, "",
		},
		{"the second page is the first again", map[string]string{"": `{"data":[` + keyRow("1") + `],"meta":{"last_page":9}}`}, ProbeResult{Rows: 1}, "(paging.field)"},
		{"an id that is none", map[string]string{"": `{"data":[` + keyRow(`"WHMCS"`) + `],"meta":{"last_page":1}}`}, ProbeResult{}, `the id "WHMCS" is not a positive whole number (fields.api_key.id)`},
		{"no paging", map[string]string{"": `{"data":[` + keyRow("1") + `]}`}, ProbeResult{}, "paging.last_page_path"},
		{"a field is missing", map[string]string{"": `{"data":[{"id":1,"label":"L"}],"meta":{"last_page":1}}`}, ProbeResult{}, "fields.api_key.ip_addresses"},
		{
			"another object", map[string]string{"": `{"data":[` + keyRow("1") + `],"meta":{"last_page":1}}`, "/1": `{"data":` + keyRow("7") + `}`},
			ProbeResult{Rows: 1, All: true}, "asked for 1, got 7",
		},
		{"one is not read alone", map[string]string{"": `{"data":[` + keyRow("1") + `],"meta":{"last_page":1}}`, "/1": `{}`}, ProbeResult{Rows: 1, All: true}, "no object"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			client := newTestClient(t, clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
				_, id, _ := strings.Cut(r.URL.Path, "/system-api-keys")
				body, ok := c.answers[id+"?page="+r.URL.Query().Get("page")]
				if !ok {
					body = c.answers[id]
				}
				_, _ = io.WriteString(w, body)
			}).URL)
			read, err := client.Probe(t.Context(), ProbeAPIKeys)
			read.first = nil
			assert.Equal(t, c.want, read)
			if c.says == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, ErrProfile)
			assert.Contains(t, err.Error(), c.says)
		})
	}
}

// TestProbe_page: a page and a refusal in JSON are different errors, and the profile classifies
// refusals.
func TestProbe_page(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status                   int
		body                     string
		page, unauthorized, away bool
	}{
		{200, "<html>", true, false, false},
		{404, "<html>", true, false, false},
		{404, `{"message":"Not found"}`, false, false, false},
		{401, `{"message":"No"}`, false, true, false},
		{403, `{"message":"No"}`, false, false, true},
	} {
		_, err := clientOf(t, c.status, c.body).Probe(t.Context(), ProbeServers)
		var failure *Error
		require.ErrorAs(t, err, &failure)
		assert.Equal(t, []bool{c.page, c.unauthorized, c.away}, []bool{failure.Page, failure.Unauthorized(), failure.Forbidden()}, "%d %s", c.status, c.body)
	}
}

func TestMissingOperations(t *testing.T) {
	t.Parallel()
	client := newTestClient(t, "http://127.0.0.1:1")
	assert.Empty(t, client.MissingOperations())
	assert.True(t, client.UsesAssumedProfile())
	assert.Equal(t, ProfileAssumed, client.ProfileName())
	delete(client.profile.Operations, "packages.get")
	assert.Empty(t, client.MissingOperations(), "the list replaces it")
	delete(client.profile.Operations, "packages.update")
	assert.Equal(t, []string{"packages.update"}, client.MissingOperations())
	assert.False(t, client.HasOperation("packages.get"))
	assert.True(t, client.HasOperation("packages.list"))
	assert.False(t, client.CredentialHasUsualForm())
	usual := strings.Repeat("0f", 32)
	client, err := New(Config{Transport: transport.Config{}, URL: "http://127.0.0.1:1", Key: usual, Secret: usual, Profile: ProfileAssumed})
	require.NoError(t, err)
	assert.True(t, client.CredentialHasUsualForm())
}
