package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRunServesUntilCancelled(t *testing.T) {
	state := filepath.Join(t.TempDir(), "state.json")
	ctx, cancel := context.WithCancel(context.Background())
	out, in := io.Pipe()
	done := make(chan error, 1)
	go func() {
		done <- run(ctx, []string{
			"--listen-whmcs", "127.0.0.1:0", "--listen-dcim", "localhost:0", "--listen-solusvm2", "127.0.0.1:0", "--json", "--state", state,
			"--fault", `{"action":"WhmcsDetails","status":503}`,
		}, in, io.Discard)
	}()
	line, err := bufio.NewReader(out).ReadBytes('\n')
	require.NoError(t, err)
	var a access
	require.NoError(t, json.Unmarshal(line, &a))
	form := url.Values{"identifier": {a.WHMCS.Identifier}, "secret": {a.WHMCS.Secret}, "action": {"WhmcsDetails"}, "responsetype": {"json"}}
	for _, want := range []int{http.StatusServiceUnavailable, http.StatusOK} {
		response, err := http.PostForm(a.WHMCS.URL+"/includes/api.php", form)
		require.NoError(t, err)
		_ = response.Body.Close()
		assert.Equal(t, want, response.StatusCode)
	}
	cancel()
	require.NoError(t, <-done)
	assert.FileExists(t, state)
}

func TestRunRefuses(t *testing.T) {
	for _, args := range [][]string{
		{"--listen-whmcs", "0.0.0.0:0"}, {"--listen-dcim", "192.0.2.1:80"}, {"--listen-solusvm2", "192.0.2.1:80"}, {"--fault", `{"typo":1}`}, {"--fault", `{"path":"("}`},
		{"extra"}, {"--size", "-1"},
	} {
		assert.Error(t, run(context.Background(), args, io.Discard, io.Discard), strings.Join(args, " "))
	}
}

func TestPrintAccessIsAProviderBlock(t *testing.T) {
	var a access
	a.WHMCS.URL, a.DCIM.Profile = "http://127.0.0.1:1", "assumed"
	var out strings.Builder
	require.NoError(t, printAccess(&out, a, false))
	assert.Contains(t, out.String(), `url        = "http://127.0.0.1:1"`)
	assert.Contains(t, out.String(), `profile = "assumed"`)
	assert.Contains(t, out.String(), "solusvm2 {")
}

func TestPrintAccessNamesThePages(t *testing.T) {
	var a access
	a.WHMCS.URL, a.DCIM.URL = "http://127.0.0.1:1", "http://127.0.0.1:2"
	var out strings.Builder
	require.NoError(t, printAccess(&out, a, false))
	assert.Contains(t, out.String(), "# Pages to look at: WHMCS http://127.0.0.1:1/  DCIM http://127.0.0.1:2/\n")
	require.Error(t, run(context.Background(), []string{"--servers", "-1"}, io.Discard, io.Discard))
}
