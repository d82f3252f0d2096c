package dcim_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/dcim"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/sandboxtest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/system"
)

type object = map[string]any

func TestDCIMAPIKeyLifecycle(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{Clock: func() time.Time {
		return time.Date(2026, 2, 1, 10, 0, 0, 0,
			time.UTC)
	}})
	key, secret := sb.DCIM.AdminKey()
	assert.Regexp(t, `^[0-9a-f]{64}$`, key)
	assert.Regexp(t, `^[0-9a-f]{64}$`, secret)
	admin := func(method, path, content string) (int, object) {
		return sandboxtest.DCIM(t, sb, key, secret, method, path, content)
	}

	status, got := admin("POST", "/api/v1/system-api-keys", `{"label":"WHMCS","ip":"203.0.113.5, 2001:db8::1"}`)
	require.Equal(t, http.StatusCreated, status)
	made := got["data"].(object)
	assert.Equal(t, "203.0.113.5,2001:db8::1", made["ip"])
	assert.Len(t, made["secret"], 64)
	assert.Nil(t, made["last_call_at"])

	status, got = admin("GET", "/api/v1/system-api-keys/2", "")
	require.Equal(t, http.StatusOK, status)
	delete(made, "secret")
	assert.Equal(t, made, got["data"])

	status, got = admin("PUT", "/api/v1/system-api-keys/2", `{"label":"WHMCS","ip":""}`)
	require.Equal(t, http.StatusOK, status)
	assert.Empty(t, got["data"].(object)["ip"])

	other := sb.DCIM.APIKeys()[1]
	status, got = sandboxtest.DCIM(t, sb, other.Key, other.Secret, "GET", "/api/v1/system-api-keys?page=2&per_page=1", "")
	require.Equal(t, http.StatusOK, status)
	assert.Equal(t, object{"last_page": 2.0}, got["meta"])
	assert.Equal(t, "2026-02-01T10:00:00Z", got["data"].([]any)[0].(object)["last_call_at"])

	status, _ = admin("POST", "/api/v1/system-api-keys", `{"label":"WHMCS"}`)
	assert.Equal(t, http.StatusCreated, status, "labels may repeat")
	status, got = admin("DELETE", "/api/v1/system-api-keys/2", "")
	assert.Equal(t, http.StatusNoContent, status)
	assert.Nil(t, got)
	status, got = admin("DELETE", "/api/v1/system-api-keys/2", "")
	assert.Equal(t, http.StatusNotFound, status)
	assert.Equal(t, "Not found", got["message"])
	status, _ = admin("DELETE", "/api/v1/system-api-keys/1", "")
	assert.Equal(t, http.StatusConflict, status)
	assert.Equal(t, 3, sb.Journal().Count("dcim", "delete", "api_key"))
}

func TestDCIMRules(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	key, secret := sb.DCIM.AdminKey()
	status, got := sandboxtest.DCIM(t, sb, key, strings.Repeat("0", 64), "GET", "/api/v1/system-api-keys", "")
	assert.Equal(t, http.StatusUnauthorized, status)
	assert.Equal(t, object{"message": "Invalid API key or secret"}, got)

	strict := sb.DCIM.AddAPIKey("elsewhere", "203.0.113.9")
	status, got = sandboxtest.DCIM(t, sb, strict.Key, strict.Secret, "GET", "/api/v1/system-api-keys", "")
	assert.Equal(t, http.StatusForbidden, status)
	assert.Equal(t, object{"message": "IP address 127.0.0.1 is not allowed"}, got)
	assert.Nil(t, sb.DCIM.APIKeys()[1].LastCallAt)

	for content, want := range map[string]object{
		`{}`:                                {"label": []any{"The label field is required."}},
		`{"label":" "}`:                     {"label": []any{"The label field is required."}},
		`{"label":"a","ip":"1.2.3.4,nope"}`: {"ip": []any{"The ip must be valid IP addresses separated by commas."}},
	} {
		status, got = sandboxtest.DCIM(t, sb, key, secret, "POST", "/api/v1/system-api-keys", content)
		assert.Equal(t, http.StatusUnprocessableEntity, status)
		assert.Equal(t, object{"message": "The given data was invalid.", "errors": want}, got)
	}
	for want, call := range map[int][2]string{
		http.StatusBadRequest:       {"POST", "/api/v1/system-api-keys"},
		http.StatusMethodNotAllowed: {"PATCH", "/api/v1/system-api-keys/1"},
		http.StatusNotFound:         {"GET", "/api/v1/nothing"},
	} {
		status, got = sandboxtest.DCIM(t, sb, key, secret, call[0], call[1], "{")
		assert.Equal(t, want, status)
		assert.NotEmpty(t, got["message"])
	}
	for n := range 30 {
		sb.DCIM.AddAPIKey(fmt.Sprint(n), "")
	}
	_, got = sandboxtest.DCIM(t, sb, key, secret, "GET", "/api/v1/system-api-keys", "")
	assert.Len(t, got["data"], 25)
	_, got = sandboxtest.DCIM(t, sb, key, secret, "GET", "/api/v1/system-api-keys?per_page=1000", "")
	assert.Len(t, got["data"], 32)
	sb.DCIM.DeleteAPIKey(strict.ID)
	assert.Len(t, sb.DCIM.APIKeys(), 31)
}

func TestDCIMBoundHost(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{DCIM: dcim.Options{BoundHost: "dcim.example.com",
		Key: strings.Repeat("a", 64), Secret: strings.Repeat("b", 64)}})
	response, err := http.Get(sb.DCIM.URL() + "/api/v1/system-api-keys")
	require.NoError(t, err)
	assert.Equal(t, http.StatusNotFound, response.StatusCode)
	assert.Contains(t, sandboxtest.Body(t, response), "<html>")
}

func TestDCIMPackages(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	key, secret := sb.DCIM.AdminKey()
	admin := func(method, path, content string) (int, object) {
		return sandboxtest.DCIM(t, sb, key, secret, method, path, content)
	}

	status, got := admin("GET", "/api/v1/packages/1", "")
	require.Equal(t, http.StatusOK, status)
	assert.Equal(t, object{"used": 3.0, "total": 3.0, "available": 0.0}, got["data"].(object)["usage"])
	status, got = admin("POST", "/api/v1/packages", `{"name":"GPU","memory":256,"disks":[{"type":"SSD","interface":"NVMe","size":"1 TB"}]}`)
	require.Equal(t, http.StatusCreated, status)
	made := got["data"].(object)
	assert.EqualValues(t, 2, made["id"])
	assert.Equal(t, []any{object{"type": "SSD", "interface": "NVMe", "size": "1 TB"}}, made["disks"])
	assert.Nil(t, made["ip_count"])
	status, got = admin("PUT", "/api/v1/packages/2", `{"memory":null,"ip_count":"5","auto_collect_hardware":true}`)
	require.Equal(t, http.StatusOK, status)
	assert.Nil(t, got["data"].(object)["memory"])
	assert.EqualValues(t, 5, got["data"].(object)["ip_count"])
	assert.Equal(t, true, got["data"].(object)["auto_collect_hardware"])

	status, got = admin("POST", "/api/v1/packages", `{"memory":"much","disks":[{"size":"1 TB"}]}`)
	assert.Equal(t, http.StatusUnprocessableEntity, status)
	assert.Equal(t, object{
		"name": []any{"The name field is required."}, "memory": []any{"The memory_gb must be an integer of at least 1."},
		"disks": []any{"The type of each of disks is required."},
	}, got["errors"])
	status, got = admin("DELETE", "/api/v1/packages/1", "")
	assert.Equal(t, http.StatusConflict, status)
	assert.Equal(t, "The package has 3 servers and cannot be deleted", got["message"])
	status, _ = admin("DELETE", "/api/v1/packages/2", "")
	assert.Equal(t, http.StatusNoContent, status)
	assert.Len(t, sb.DCIM.Packages(), 1)
}

func TestDCIMServers(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{DCIM: dcim.Options{ExtraServers: 100}})
	key, secret := sb.DCIM.AdminKey()
	admin := func(method, path, content string) (int, object) {
		return sandboxtest.DCIM(t, sb, key, secret, method, path, content)
	}
	machines := sb.DCIM.Machines()
	assert.Len(t, machines, 122)
	kinds, places := map[string]bool{}, map[string]bool{}
	for _, m := range machines[:22] {
		kinds[m.Model], places[m.DataCenter] = true, true
	}
	assert.Len(t, kinds, 3)
	assert.Len(t, places, 2)

	assign := func(content string) (int, object) {
		return admin("POST", "/api/v1/servers/assign-package", content)
	}
	status, _ := assign(`{"server_ids":[104,"105",108,120],"package_id":1}`)
	require.Equal(t, http.StatusNoContent, status)
	_, got := admin("GET", "/api/v1/packages/1", "")
	assert.Equal(t, object{"used": 3.0, "total": 7.0, "available": 2.0}, got["data"].(object)["usage"],
		"neither the faulty one nor the one in the locked rack can be sold")
	_, got = admin("GET", "/api/v1/servers/104", "")
	assert.Equal(t, object{"id": 1.0, "name": "Legacy E3"}, got["data"].(object)["package"])

	for content, field := range map[string]string{
		`{"server_ids":[],"package_id":1}`: "server_ids", `{"server_ids":[106,999],"package_id":1}`: "server_ids",
		`{"server_ids":[106],"package_id":9}`: "package_id",
	} {
		status, got = assign(content)
		assert.Equal(t, http.StatusUnprocessableEntity, status, content)
		assert.Contains(t, got["errors"], field, content)
	}
	assert.Zero(t, sb.DCIM.Machines()[5].PackageID, "all or none")
	status, _ = assign(`{"server_ids":[104],"package_id":null}`)
	require.Equal(t, http.StatusNoContent, status)
	assert.Zero(t, sb.DCIM.Machines()[3].PackageID)
	assert.Equal(t, 5, sb.Journal().Count("dcim", "assign_package", "server"))
	assert.Equal(t, 4, sb.Journal().Requests()[0].Members)
}

// TestDCIMSignatures checks that a signed request is accepted once and only within the allowed clock skew.
func TestDCIMSignatures(t *testing.T) {
	profile, err := os.ReadFile("../../../examples/dcim-profiles/signed-post.json")
	require.NoError(t, err)
	now := time.Date(2026, 2, 1, 10, 0, 0, 0, time.UTC)
	sb := sandboxtest.Start(t, sandbox.Options{Clock: func() time.Time { return now },
		DCIM: dcim.Options{Profile: string(profile), Key: "kkkk", Secret: "ssss"}})
	send := func(secret, nonce string, at time.Time, content string) object {
		stamp := strconv.FormatInt(at.Unix(), 10)
		mac := hmac.New(sha256.New, []byte(secret))
		fmt.Fprintf(mac, "kkkk\n%s\n%s\nPOST\n/openapi/apiKey/list\n%x", stamp, nonce, sha256.Sum256([]byte(content)))
		request, err := http.NewRequest(http.MethodPost, sb.DCIM.URL()+"/openapi/apiKey/list", strings.NewReader(content))
		require.NoError(t, err)
		for name, value := range map[string]string{"X-App-Id": "kkkk", "X-Timestamp": stamp, "X-Nonce": nonce,
			"X-Signature": hex.EncodeToString(mac.Sum(nil))} {
			request.Header.Set(name, value)
		}
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		assert.Equal(t, http.StatusOK, response.StatusCode)
		return sandboxtest.Decode(t, sandboxtest.Body(t, response))
	}
	got := send("ssss", "n1", now, `{"limit":5}`)
	assert.EqualValues(t, 0, got["code"])
	assert.EqualValues(t, 1, got["data"].(object)["total"])
	assert.Equal(t, object{"code": 40100.0, "msg": "The request was replayed"}, send("ssss", "n1", now, `{"limit":5}`))
	assert.Equal(t, "The signature is not valid", send("tttt", "n2", now, `{}`)["msg"])
	assert.Contains(t, send("ssss", "n3", now.Add(-time.Hour), `{}`)["msg"], "off by more than 5 minutes")
}

// TestDCIMUnservedProfiles: the sandbox refuses a profile with members that it does not serve.
func TestDCIMUnservedProfiles(t *testing.T) {
	folder := "../../client/dcim/testdata/dialects/"
	for file, member := range map[string]string{
		"cookie-cursor": "login", "next-links": "next_path", "md5-sorted": "parameters", "hmac-headers": "until_empty",
		"rest-resource": "path: /servers/{server}", "get-for-all": "answer",
	} {
		profile, err := os.ReadFile(folder + file + ".json")
		require.NoError(t, err)
		_, err = dcim.New(system.Environment{}, dcim.Options{Profile: string(profile)}, nil)
		require.ErrorContains(t, err, fmt.Sprintf("the sandbox does not serve %q", member))
	}
}
