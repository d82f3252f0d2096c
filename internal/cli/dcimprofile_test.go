package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/clienttest/dialects"
)

// profileFile writes the example profile of a style, with texts replaced in pairs, into a file.
func profileFile(t *testing.T, style string, replace ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "client", "dcim", "testdata", "dialects", style+".json"))
	require.NoError(t, err)
	profile := string(text)
	for i := 0; i < len(replace); i += 2 {
		require.Contains(t, profile, replace[i])
		profile = strings.Replace(profile, replace[i], replace[i+1], 1)
	}
	file := filepath.Join(t.TempDir(), "profile.json")
	require.NoError(t, os.WriteFile(file, []byte(profile), 0o600))
	return file
}

func withCredential(t *testing.T) {
	t.Helper()
	t.Setenv("DCIM_KEY", dialects.Key)
	t.Setenv("DCIM_SECRET", dialects.Secret)
}

// TestProfileCheck: a profile that fits its DCIM has nothing to change, and no secret is printed or recorded.
func TestProfileCheck(t *testing.T) {
	withCredential(t)
	for _, style := range dialects.Styles() {
		t.Run(style, func(t *testing.T) {
			server, directory := dialects.Start(t, style), filepath.Join(t.TempDir(), "record")
			code, out, errOut := run("dcim-profile", "check", "--url", server.URL, "--record", directory, profileFile(t, style))
			require.Equal(t, exitOK, code, out+errOut)
			assert.Contains(t, out, "PACKAGES\n\npackages.list\n  sent     ")
			assert.Contains(t, out, "came     HTTP 200 ")
			assert.Regexp(t, `(?m)^  label +\S+ +"node-101" +node-101$`, out)
			assert.Regexp(t, `(?m)^  memory_gb .* 64$`, out)
			assert.Contains(t, out, "Every read operation fits.")
			assert.NotContains(t, out, "CHANGE")
			files, err := os.ReadDir(directory)
			require.NoError(t, err)
			require.NotEmpty(t, files)
			all := out
			for _, file := range files {
				text, err := os.ReadFile(filepath.Join(directory, file.Name()))
				require.NoError(t, err)
				all += string(text)
			}
			for _, secret := range []string{dialects.Key, dialects.Secret, "jwt-"} {
				assert.NotContains(t, all, secret)
			}
			for _, request := range server.Requests() {
				_, verb, _ := strings.Cut(request, ".")
				assert.Contains(t, []string{"", "list", "get"}, verb, "nothing is written")
			}
		})
	}
}

// TestProfileCheck_mistakes: the check names the line to change.
func TestProfileCheck_mistakes(t *testing.T) {
	withCredential(t)
	for _, c := range []struct{ style, from, to, line string }{
		{"envelope-200", `"app_secret": "{secret}"`, `"secret": "{secret}"`, "authentication"},
		{"envelope-200", `"path": "code", "values": [1]`, `"path": "status", "values": [1]`, "envelope.success.path"},
		{"envelope-200", `"values": [1]`, `"values": [0]`, "envelope.success.values"},
		{"envelope-200", `"list_path": "data.rows"`, `"list_path": "data.list"`, `envelope.list_path`},
		{"envelope-200", `"total_path": "data.total"`, `"total_path": "data.count"`, "paging.total_path"},
		{"envelope-200", `"/index.php/api"`, `"/api"`, "base_path"},
		{"envelope-200", `"field": "page"`, `"field": "pageNo"`, "paging.field"},
		{"envelope-200", `"label": "sn"`, `"label": "name"`, "fields.server.label"},
		{"envelope-200", `"id": "id", "name"`, `"id": "pid", "name"`, "fields.package.id"},
		{"envelope-200", `"path": "/package/get", "id_field": "id"`, `"path": "/package/get", "id_field": "pid"`, "operations.packages.get"},
		{"envelope-200", `"data_path": "data",`, `"data_path": "result",`, "envelope.data_path"},
		{"hmac-headers", `"NotFound": "not_found", `, ``, "envelope.error_classes"},
		{"login-token", `"/auth/token"`, `"/auth/login"`, "authentication"},
		{"login-token", `"accessToken"`, `"token"`, "authentication.login.tokens.token"},
		{"login-token", `"expiresIn"`, `"expires"`, "authentication.login.expires_path"},
		{"login-token", `"client_credentials"`, `"password"`, "authentication"},
		{"login-token", `Bearer {token}`, `Bearer {secret}`, "authentication.login"},
		{"login-token", `"totalPages"`, `"pages"`, "paging.page_count_path"},
		{"login-token", `"first_page": 0, `, ``, "paging.first_page"},
		{"login-token", `"memory_gb": {"path": "memoryMb", "unit": "MB"}, "ip_address"`, `"memory_gb": "memoryMb", "ip_address"`, "fields.server.memory_gb.unit"},
		{"login-token", `"memory_gb": {"path": "memoryMb", "unit": "MB"}, "ip_address"`, `"memory_gb": {"path": "memoryMb", "unit": "B"}, "ip_address"`, "fields.server.memory_gb"},
		{"login-token", `"servers.list": {"method": "GET", "path": "/servers"}`, `"servers.list": {"method": "GET", "path": "/server"}`, "operations.servers.list.path"},
		{"md5-sorted", `"algorithm": "md5"`, `"algorithm": "sha256"`, "authentication.signature"},
		{"md5-sorted", `"hex_upper"`, `"hex"`, "authentication.signature"},
		{"md5-sorted", `"{secret}{parameters}{secret}"`, `"{parameters}{secret}"`, "authentication.signature"},
		{"md5-sorted", `"YYYY-MM-DD hh:mm:ss"`, `"unix"`, "authentication.signature"},
		{"md5-sorted", `"separator": ""`, `"separator": "&"`, "authentication.signature"},
		{"md5-sorted", `"list_path": "list"`, `"list_path": "rows"`, "envelope.list_path"},
		{"md5-sorted", `, "until_empty": true`, ``, "paging"},
		{"md5-sorted", `"rented": 2, "faulty": 9}, "other_values": "keep"`, `"rented": 2, "faulty": 9}`, "fields.server.usage_type.values"},
		{"hmac-headers", `"X-Date": "{time}"`, `"Date": "{time}"`, "authentication.signature"},
		{"hmac-headers", `{"message_path": "error.message"`, `{"list_path": "data", "message_path": "error.message"`, "envelope.list_path"},
		{"hmac-headers", `"size": 3, "until_empty": true`, `"size": 3, "total_path": "total"`, "paging.total_path"},
		{"json-rpc", `"method": "server.list"`, `"method": "server.all"`, "operations.servers.list"},
		{"json-rpc", `"{key}:{secret}"`, `"{secret}:{key}"`, "authentication"},
		{"json-rpc", `"params.offset"`, `"params.skip"`, "paging.field"},
		{"json-rpc", `"assigned_user": "customer"`, `"assigned_user": "client"`, "fields.server.assigned_user"},
		{"sha256-form", `"unix_ms"`, `"unix"`, "authentication.signature"},
		{"sha256-form", `"ips.0"`, `"ips.0.address"`, "fields.server.ip_address"},
		{"sha256-form", `{"true": "on", "false": "off"}`, `{"true": "1", "false": "0"}`, "fields.package.collect_hardware_information.values"},
		{"get-for-all", `"data_path": "server"`, `"data_path": "servers"`, "operations.servers.list.data_path"},
		{"get-for-all", `"api_pass"`, `"api_password"`, "authentication"},
		{"get-for-all", `"/admin/command.php", "fixed": {"cmd": "package.list"}`, `"/admin.php", "fixed": {"cmd": "package.list"}`, "operations.packages.list"},
		{"get-for-all", `"fixed": {"cmd": "package.list"}`, `"fixed": {"cmd": "package.list", "api_user": "{key}"}`, "operations.packages.list.fixed.api_user"},
		{"rest-resource", `{key}|{secret}`, `{secret}`, "authentication"},
		{"rest-resource", `"meta.last_page"`, `"meta.pages"`, "paging.last_page_path"},
		{"next-links", `"next_path": "next"`, `"next_path": "links.next"`, "paging.next_path"},
		{"next-links", `"next_path": "next"`, `"next_path": "next", "field": "cursor"`, "paging.field"},
		{"next-links", `"style": "next", "next_path": "next"`, `"style": "page", "field": "page"`, "paging.field"},
		{"next-links", `"list_path": "results", `, ``, "envelope.data_path"},
		{"next-links", `"Token {secret}"`, `"Bearer {secret}"`, "authentication"},
		{"next-links", `"*.role"`, `"role"`, "operations.servers.assign_package"},
		{"cookie-cursor", `"meta.next_cursor"`, `"meta.next"`, "paging.next_path"},
		{"cookie-cursor", `, "field": "cursor"`, ``, "paging.field"},
		{"cookie-cursor", `"field": "cursor"`, `"field": "page_token"`, "paging.field"},
		{"cookie-cursor", `"user.CSRFPreventionToken"`, `"CSRFPreventionToken"`, "authentication.login.tokens.csrf"},
		{"cookie-cursor", `"encoding": "form", "parameters"`, `"encoding": "json", "parameters"`, "authentication"},
		{"rest-resource", `"path": "/packages"}`, `"path": "/packages?page=1"}`, "operations.packages.list.path"},
		{"rest-resource", `"disks": {"path": "disks"`, `"disks": {"path": "name"`, "fields.package.disks"},
	} {
		t.Run(c.style+" "+c.line+" "+c.to, func(t *testing.T) {
			file := profileFile(t, c.style, c.from, c.to)
			code, out, errOut := run("dcim-profile", "check", "--url", dialects.Start(t, c.style).URL, file)
			require.Equal(t, exitFailed, code, out)
			said := errOut
			for line := range strings.Lines(out) {
				if strings.HasPrefix(line, "CHANGE: ") {
					said += line
				}
			}
			assert.Contains(t, said, c.line, out)
		})
	}
}

func TestProfileCheck_usage(t *testing.T) {
	t.Setenv("DCIM_KEY", "")
	file := profileFile(t, "rest-resource")
	code, out, errOut := run("dcim-profile", "check", file)
	require.Equal(t, exitOK, code, errOut)
	require.Contains(t, out, "is valid. Set --url to compare it with a DCIM.")
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"dcim-profile"}, "takes a command: check"},
		{[]string{"dcim-profile", "check"}, "takes one argument, the file of a wire profile, but got 0"},
		{[]string{"dcim-profile", "check", "--url", "http://127.0.0.1:1", file}, "DCIM_KEY and DCIM_SECRET must be set"},
		{[]string{"dcim-profile", "check", "--uri", "x", file}, `Run "terraform-provider-hosting dcim-profile check --help"`},
	} {
		code, _, errOut := run(c.args...)
		require.Equal(t, exitUsage, code, "%v: %s", c.args, errOut)
		require.Contains(t, errOut, c.says)
	}
}
