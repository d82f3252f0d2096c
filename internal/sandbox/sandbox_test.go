package sandbox_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/fault"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/sandboxtest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/whmcs"
)

type object = map[string]any

func TestFaults(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	install := func(fault fault.Rule) { sb.AddFault(fault) }
	install(fault.Rule{Action: "addproduct", Status: 503, Headers: map[string]string{"Retry-After": "7"}, Body: "busy"})
	status, content, err := sandboxtest.Post(sb, "AddProduct")
	require.NoError(t, err)
	assert.Equal(t, 503, status)
	assert.Equal(t, "busy", content)
	assert.Equal(t, 1, sb.WHMCS.Count("product"))

	install(fault.Rule{Action: "AddProduct", Reset: true})
	_, _, err = sandboxtest.Post(sb, "AddProduct")
	require.Error(t, err)
	assert.Equal(t, 1, sb.WHMCS.Count("product"), "reset before commit")
	install(fault.Rule{Action: "AddProduct", Reset: true, AfterCommit: true})
	_, _, err = sandboxtest.Post(sb, "AddProduct")
	require.Error(t, err)
	assert.Equal(t, 2, sb.WHMCS.Count("product"), "reset after commit")
	install(fault.Rule{System: "whmcs", Status: 502, AfterCommit: true})
	status, content, err = sandboxtest.Post(sb, "AddProduct")
	require.NoError(t, err)
	assert.Equal(t, 502, status)
	assert.Empty(t, content)
	assert.Equal(t, 3, sb.WHMCS.Count("product"))
	last := sb.Journal().Requests()[sb.Journal().Last()-1]
	assert.Equal(t, "success", last.Result)
	assert.Equal(t, 502, last.Status)
	assert.True(t, last.Faulted)

	install(fault.Rule{BodyPrefix: fault.PHPNotice, Nth: 2, Times: 2})
	for _, noticed := range []bool{false, true, true, false} {
		_, content, err = sandboxtest.Post(sb, "WhmcsDetails")
		require.NoError(t, err)
		assert.Equal(t, noticed, strings.HasPrefix(content, "<br />"))
		assert.True(t, strings.HasSuffix(content, "}"))
	}
	install(fault.Rule{HTML: true})
	status, content, err = sandboxtest.Post(sb, "WhmcsDetails")
	require.NoError(t, err)
	assert.Equal(t, 200, status)
	assert.Contains(t, content, "Maintenance")
	install(fault.Rule{Empty: true})
	status, content, err = sandboxtest.Post(sb, "WhmcsDetails")
	require.NoError(t, err)
	assert.Equal(t, "200 ", fmt.Sprint(status, " ", content))
	install(fault.Rule{Truncate: 5, Delay: fault.Duration(time.Millisecond)})
	_, content, err = sandboxtest.Post(sb, "WhmcsDetails")
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	assert.Len(t, content, 5)

	remove := sb.AddFault(fault.Rule{Path: "api[.]php$", Method: "post", Status: 500, Times: -1})
	for range 3 {
		status, _, err = sandboxtest.Post(sb, "WhmcsDetails")
		require.NoError(t, err)
		assert.Equal(t, 500, status)
	}
	remove()
	install(fault.Rule{Op: "create", Kind: "server", Status: 500})
	install(fault.Rule{System: "dcim", Status: 500})
	status, _, err = sandboxtest.Post(sb, "WhmcsDetails")
	require.NoError(t, err)
	assert.Equal(t, 200, status)
	assert.Panics(t, func() { sb.AddFault(fault.Rule{Status: 7}) })
}

func TestFaultsAndJournalOverHTTP(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	rules := func(method, content string) int {
		request, err := http.NewRequest(method, sb.DCIM.URL()+"/_sandbox/faults", strings.NewReader(content))
		require.NoError(t, err)
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		_ = sandboxtest.Body(t, response)
		return response.StatusCode
	}
	assert.Equal(t, http.StatusBadRequest, rules("POST", `{"statsu":1}`))
	assert.Equal(t, http.StatusBadRequest, rules("POST", `[{"path":"("}]`))
	assert.Equal(t, http.StatusCreated, rules("POST", ` [{"status":500,"delay":"1ms"},{"status":501,"times":-1}]`))
	for _, want := range []int{500, 501} {
		status, _, err := sandboxtest.Post(sb, "WhmcsDetails")
		require.NoError(t, err)
		assert.Equal(t, want, status)
	}
	assert.Equal(t, http.StatusNoContent, rules("DELETE", ""))
	status, _, err := sandboxtest.Post(sb, "WhmcsDetails")
	require.NoError(t, err)
	assert.Equal(t, 200, status)

	response, err := http.Get(sb.WHMCS.URL() + "/_sandbox/journal?since=1")
	require.NoError(t, err)
	entries := sandboxtest.Decode(t, sandboxtest.Body(t, response))["requests"].([]any)
	require.Len(t, entries, 2)
	entry := entries[1].(object)
	assert.Equal(t, "WhmcsDetails", entry["action"])
	assert.EqualValues(t, 3, entry["seq"])
	assert.Equal(t, false, entry["faulted"])
	sb.Journal().Reset()
	assert.Empty(t, sb.Journal().Requests())
}

// TestNoSecretLeaves puts secrets into all inputs and searches all outputs for them.
func TestNoSecretLeaves(t *testing.T) {
	const canary = "canary-5ecret"
	sb := sandboxtest.Start(t, sandbox.Options{AccessKey: canary,
		Credential: whmcs.Credential{Identifier: "identifier", Secret: canary}})
	id, _ := sandboxtest.Create(t, sb, "server", object{"name": "S", "module": "samplevps", "password": canary,
		"access_hash": canary})
	sandboxtest.Update(t, sb, "server", id, object{"password_fingerprint": "x"}, object{"password": canary + "2"})
	sandboxtest.Companion(t, sb, "TerraformWrite", object{"op": "test_connection", "id": id,
		"values": object{"module": "toplink_dcim", "hostname": "127.0.0.1", "port": 1}})
	_, listed := sandboxtest.API(t, sb, sb.WHMCS.Credential(), "TerraformRead",
		sandboxtest.EncodeRequest(t, object{"op": "list", "kind": "server"}))
	_, _ = sandboxtest.API(t, sb, sb.WHMCS.Credential(), "GetServers", url.Values{"accesskey": {canary}})
	response, err := http.Get(sb.WHMCS.URL() + "/includes/api.php" + "?secret=" + canary + "&action=x")
	require.NoError(t, err)
	_ = sandboxtest.Body(t, response)
	sandboxtest.DCIM(t, sb, canary, canary, "POST", "/api/v1/system-api-keys", `{"label":"`+canary+`"}`)
	journal, err := json.Marshal(sb.Journal().Requests())
	require.NoError(t, err)
	assert.Len(t, sb.Journal().Requests(), 7)
	var activity, answers string
	sb.WHMCS.View(func(s *whmcs.State) {
		activity = strings.Join(s.Activity, "\n")
		for _, stored := range s.Responses {
			answers += string(stored.Payload)
		}
	})
	for _, text := range []string{string(journal), listed, activity, answers} {
		require.NotEmpty(t, text)
		assert.NotContains(t, text, canary)
	}
}

func TestStateFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "state.json")
	first := sandboxtest.Start(t, sandbox.Options{StateFile: file, Size: 2})
	id, row := sandboxtest.Create(t, first, "server", object{"name": "S", "module": "samplevps", "password": "hush"})
	key, secret := first.DCIM.AdminKey()
	token := first.SolusVM2.AdminToken()
	status, _ := sandboxtest.DCIM(t, first, key, secret, "POST", "/api/v1/system-api-keys", `{"label":"WHMCS"}`)
	require.Equal(t, http.StatusCreated, status)
	require.NoError(t, first.Close())
	info, err := os.Stat(file)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	second := sandboxtest.Start(t, sandbox.Options{StateFile: file})
	assert.Equal(t, first.WHMCS.Credential(), second.WHMCS.Credential())
	assert.Equal(t, first.WHMCS.Installation(), second.WHMCS.Installation())
	assert.Equal(t, row, sandboxtest.GetRow(t, second, "server", id))
	assert.Equal(t, "hush", second.WHMCS.ServerPassword(id))
	assert.Equal(t, 3, second.WHMCS.Count("product"))
	assert.Len(t, second.DCIM.APIKeys(), 2)
	assert.Equal(t, token, second.SolusVM2.AdminToken())
	require.NoError(t, second.Close())

	third := sandbox.New(sandbox.Options{StateFile: file, SystemURL: "https://staging.example.com/",
		Credential: whmcs.Credential{Identifier: "id", Secret: "secret"}})
	assert.NotEqual(t, first.WHMCS.Installation(), third.WHMCS.Installation())
	assert.Equal(t, whmcs.Credential{Identifier: "id", Secret: "secret"}, third.WHMCS.Credential())

	require.NoError(t, os.WriteFile(file, []byte("{"), 0o600))
	broken := sandbox.New(sandbox.Options{StateFile: file})
	require.ErrorContains(t, broken.Start(), file)
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, "{", string(content), "what cannot be read is not overwritten")
	assert.Error(t, sandbox.New(sandbox.Options{StateFile: filepath.Join(file, "below")}).Start())
}

func TestOnlyLoopback(t *testing.T) {
	for _, address := range []string{"0.0.0.0:0", ":8080", "example.com:80", "10.0.0.1:80", "127.0.0.1"} {
		assert.Error(t, sandbox.New(sandbox.Options{ListenWHMCS: address}).Start(), address)
	}
	sb := sandboxtest.Start(t, sandbox.Options{ListenDCIM: "[::1]:0", ListenWHMCS: "localhost:0"})
	assert.NotEmpty(t, sb.DCIM.URL())
}

func TestHandlersWithoutListeners(t *testing.T) {
	sb := sandbox.New(sandbox.Options{AllowedIPs: []string{"192.0.2.1"}, Latency: time.Microsecond})
	credential := sb.WHMCS.Credential()
	form := url.Values{"identifier": {credential.Identifier}, "secret": {credential.Secret}, "action": {"WhmcsDetails"},
		"responsetype": {"json"}}
	request := httptest.NewRequest(http.MethodPost, "/includes/api.php", strings.NewReader(form.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	recorder := httptest.NewRecorder()
	sb.WHMCS.ServeHTTP(recorder, request)
	assert.Equal(t, http.StatusOK, recorder.Code)
	assert.Contains(t, recorder.Body.String(), "9.0.1")
	assert.Empty(t, sb.WHMCS.URL())
}

// TestManyAtOnce is for the race detector. It also checks that of concurrent creations with one name only one
// succeeds.
func TestManyAtOnce(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	const callers = 8
	var group sync.WaitGroup
	answers := make([]string, callers)
	for n := range callers {
		write := sandboxtest.EncodeRequest(t, object{
			"op": "create", "kind": "product_group", "key": sandboxtest.NewKey(), "values": object{"name": fmt.Sprint("G", n/2)},
		})
		list := sandboxtest.EncodeRequest(t, object{"op": "list", "kind": "product_group"})
		group.Go(func() {
			_, answers[n], _ = sandboxtest.PostForm(sb, "TerraformWrite", write)
			_, _, _ = sandboxtest.PostForm(sb, "TerraformRead", list)
			if response, err := http.Get(sb.DCIM.URL() + "/api/v1/system-api-keys"); err == nil {
				_ = response.Body.Close()
			}
			sb.WHMCS.AddService("1", "0", "Active")
			sb.Journal().CountWrites("")
		})
	}
	group.Wait()
	created := 0
	for _, content := range answers {
		got := sandboxtest.DecodeResponse(t, content)
		assert.Contains(t, []string{"", "exists"}, got.Code)
		if got.Result == "success" {
			created++
		}
	}
	assert.Equal(t, callers/2, created)
	assert.Equal(t, 1+callers/2, sb.WHMCS.Count("product_group"))
	assert.Len(t, sb.Journal().Requests(), 3*callers)
}
