package dcim

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/clienttest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

const exampleProfiles = "../../../examples/dcim-profiles/"

func assumedText(t testing.TB) string {
	t.Helper()
	raw, err := profiles.ReadFile("profiles/assumed.json")
	require.NoError(t, err)
	return string(raw)
}

// edited is the assumed profile with one text replaced.
func edited(t testing.TB, from, to string) string {
	t.Helper()
	text := assumedText(t)
	require.Contains(t, text, from)
	return strings.Replace(text, from, to, 1)
}

func TestProfilesThatAreRight(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(exampleProfiles + "*.json")
	require.NoError(t, err)
	require.Len(t, files, 2)
	for _, setting := range append(files, ProfileAssumed, " \n"+assumedText(t)) {
		p, err := loadProfile(setting)
		require.NoError(t, err)
		for _, name := range operationNames {
			if name != opUnassign { // servers.assign_package sends none instead
				_, err := p.operation(name)
				require.NoError(t, err, "%s of %s", name, p.Name)
			}
		}
		for object, fields := range objects {
			for name := range fields {
				assert.Contains(t, p.Fields[object], name, "%s of %s", object, p.Name)
			}
		}
	}
}

// TestSchemaAndCode: the schema and the code have the same operations and fields.
func TestSchemaAndCode(t *testing.T) {
	t.Parallel()
	type node struct {
		Properties    map[string]node `json:"properties"`
		PropertyNames struct {
			Enum []string `json:"enum"`
		} `json:"propertyNames"`
	}
	var schema node
	require.NoError(t, json.Unmarshal(ProfileSchema(), &schema))
	assert.ElementsMatch(t, operationNames, schema.Properties["operations"].PropertyNames.Enum)
	assert.Len(t, schema.Properties["fields"].Properties, len(objects))
	for object, fields := range objects {
		known := schema.Properties["fields"].Properties[object].PropertyNames.Enum
		assert.Len(t, known, len(fields))
		for name := range fields {
			assert.Contains(t, known, name)
		}
	}
}

// TestProfilesThatAreWrong: each message names the place in the profile.
func TestProfilesThatAreWrong(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ from, to, says string }{
		"not JSON":                     {`"encoding": "json",`, `"encoding": "json"`, "line 6, column"},
		"field misspelt":               {`"memory_gb": "memory",`, `"memory_bg": "memory",`, "fields.package.memory_bg is not known (known: available, collect_hardware_information,"},
		"operation misspelt":           {`"packages.get"`, `"package.get"`, "operations.package.get is not known (known: api_keys.list,"},
		"method missing":               {`{"method": "GET", "path": "/packages"}`, `{"path": "/packages"}`, "operations.packages.list.method is missing"},
		"method unknown":               {`{"method": "GET", "path": "/packages"}`, `{"method": "FETCH", "path": "/packages"}`, "operations.packages.list.method: value must be one of"},
		"word of an operation":         {`{"method": "GET", "path": "/packages"}`, `{"method": "GET", "paht": "", "path": "/packages"}`, "operations.packages.list.paht is not known"},
		"path with a query":            {`"/packages"`, `"/packages?x"`, "operations.packages.list.path contains a query (?): move its parameters to fixed"},
		"path that climbs":             {`"/packages"`, `"/../packages"`, "operations.packages.list.path must not contain the parts"},
		"path that climbs unseen":      {`"/packages"`, `"/%2e%2E/packages"`, "operations.packages.list.path must not contain the parts"},
		"path with a slash unseen":     {`"/packages"`, `"/a%2f..%2fpackages"`, "operations.packages.list.path must not contain the parts"},
		"base path that climbs":        {`"base_path": "/api/v1"`, `"base_path": "/api/.."`, "base_path must not contain the parts"},
		"no id anywhere":               {`"/packages/{id}"`, `"/packages"`, "operations.packages.get does not send the id of the object"},
		"id in a list":                 {`"/servers"`, `"/servers/{id}"`, "operations.servers.list.path contains {id}"},
		"GET with a body":              {`"path": "/servers"`, `"encoding": "json", "path": "/servers"`, "operations.servers.list.encoding: a GET sends"},
		"envelope without message":     {`"message_path": "message",`, ``, "envelope.message_path is missing"},
		"class unknown":                {`"404": "not_found"`, `"404": "gone"`, "envelope.error_classes.404: value must be one of"},
		"paging without its end":       {`, "last_page_path": "meta.last_page"`, ``, "paging: set last_page_path, page_count_path or total_path"},
		"paging without its parameter": {`"field": "page", `, ``, "paging.field is missing"},
		"placeholder unknown":          {`"{key}"`, `"{kye}"`, "authentication.headers.X-Api-Key contains the unknown placeholder {kye}"},
		"signature missing":            {`"{key}"`, `"{signature}"`, "authentication.signature is missing"},
		"signed placeholder":           {`{"headers": {`, `{"signature": {"algorithm": "md5", "template": "{bodi}"}, "headers": {`, "authentication.signature.template contains the unknown placeholder {bodi}"},
		"field without path":           {`{"path": "key", "optional": true}`, `{"optional": true}`, "fields.api_key.key.path is missing"},
		"separator of text":            {`"name": "name"`, `"name": {"path": "name", "separator": ","}`, "fields.package.name.separator: the field is not a list of text"},
		"text as text":                 {`"name": "name"`, `"name": {"path": "name", "as": "text"}`, "fields.package.name.as: the field is not a number"},
		"boolean with one value":       {`"auto_collect_hardware"`, `{"path": "x", "values": {"true": "Y"}}`, "fields.package.collect_hardware_information.values must contain true and false"},
		"boolean with another value":   {`"auto_collect_hardware"`, `{"path": "x", "values": {"true": "Y", "no": "N"}}`, "collect_hardware_information.values.no: the field is a boolean"},
		"values of a number":           {`"ip_count": "ip_count"`, `"ip_count": {"path": "x", "values": {"1": "one"}}`, "fields.package.ip_count.values: the field is neither"},
		"two words of one value":       {`"off": "off"`, `"off": "on"`, `fields.server.power.values: off and on have the same text "on"`},
		"two at one path":              {`{"method": "GET", "path": "/packages"}`, `{"method": "GET", "path": "/packages", "fixed": {"a": 1, "a.b": 2}}`, "operations.packages.list: fixed parameter"},
		"key in fixed":                 {`{"method": "GET", "path": "/packages"}`, `{"method": "GET", "path": "/packages", "fixed": {"apikey": "{key}"}}`, "operations.packages.list.fixed.apikey contains {key}, but fixed values have no placeholders: move credentials to authentication.parameters"},
		"key in a path":                {`"/packages"`, `"/{key}/packages"`, "operations.packages.list.path contains an unknown placeholder"},
		"base path with a query":       {`"base_path": "/api/v1"`, `"base_path": "/api.php?m=1"`, "base_path contains a query"},
		"base path without a slash":    {`"base_path": "/api/v1"`, `"base_path": "api"`, "base_path must begin with /"},
		"answer of a list":             {`{"method": "GET", "path": "/packages"}`, `{"method": "GET", "path": "/packages", "answer": "id"}`, "operations.packages.list.answer: only a creation or an update may have this setting"},
		"secret never answered": {`"path": "/system-api-keys"},
    "api_keys.update"`, `"path": "/system-api-keys", "answer": "none"},
    "api_keys.update"`, "operations.api_keys.create.answer: the response to this creation must contain the secret"},
		"answer unknown":               {`{"method": "POST", "path": "/packages"}`, `{"method": "POST", "path": "/packages", "answer": "all"}`, "operations.packages.create.answer: value must be one of"},
		"servers in another operation": {`{"method": "GET", "path": "/packages"}`, `{"method": "GET", "path": "/packages", "servers_field": "x"}`, "operations.packages.list: {server}, {package}, servers_field"},
		"no servers":                   {`"servers_field": "server_ids", `, ``, "operations.servers.assign_package does not send the servers"},
		"no package":                   {`"package_field": "package_id", `, ``, "operations.servers.assign_package does not send the package"},
		"many servers in a path":       {`"/servers/assign-package"`, `"/servers/{server}/package"`, "operations.servers.assign_package.max: a path with {server} sends one server in each request"},
		"no way to unbind":             {`"path": "/servers/assign-package", "servers_field": "server_ids", "package_field": "package_id"`, `"path": "/packages/{package}/servers", "servers_field": "server_ids"`, "operations.servers.assign_package.path contains {package}, so this operation cannot unbind a server: add operations.servers.unassign_package"},
		"first page 2":                 {`"style": "page"`, `"style": "page", "first_page": 2`, "paging.first_page: value must be one of 0, 1"},
		"offset with a last page":      {`"style": "page", "field"`, `"style": "offset", "field"`, "paging: with style offset, only total_path or until_empty"},
		"unit of another measure":      {`"memory_gb": "memory",`, `"memory_gb": {"path": "memory", "unit": "Mbps"},`, "fields.package.memory_gb.unit: Mbps is not a unit of the field (units: B, GB, KB, MB, TB)"},
		"unit of a text":               {`"cpu_name": "cpu_name"`, `"cpu_name": {"path": "cpu_name", "unit": "MB"}`, "fields.package.cpu_name.unit: this field cannot have a unit"},
		"number as JSON":               {`"ip_count": "ip_count"`, `"ip_count": {"path": "ip_count", "as": "json"}`, "fields.package.ip_count.as: the field is not a list"},
		"index in a request":           {`"cpu_name": "cpu_name"`, `"cpu_name": "cpus.0.name"`, "fields.package.cpu_name.write_path: a request cannot use an index in a path"},
		"dotted path":                  {`"data_path": "data"`, `"data_path": "data."`, `envelope.data_path: "data." is not a dotted path`},
		"token without a login":        {`"{key}"`, `"{token}"`, "authentication.headers.X-Api-Key contains {token}, but authentication.login is missing"},
		"login without a use":          {`{"headers": {`, `{"login": {"path": "/login", "parameters": {"u": "{key}"}, "tokens": {"token": "token"}}, "headers": {`, "authentication.login.tokens: no text in authentication uses {token}"},
		"signature in a login":         {`{"headers": {`, `{"login": {"path": "/login", "parameters": {"u": "{signature}"}}, "headers": {`, "authentication.login.parameters.u contains the unknown placeholder {signature}"},
		"signature without a use":      {`{"headers": {`, `{"signature": {"algorithm": "md5", "template": "{body}"}, "headers": {`, "authentication.signature: no text in authentication uses {signature}"},
		"extra of nothing":             {`{"headers": {`, `{"signature": {"algorithm": "md5", "template": "{parameters}", "parameters": {"extra": {"s": "{body}"}}}, "headers": {"X-Sign": "{signature}", `, "authentication.signature.parameters.extra.s contains the unknown placeholder {body}"},
		"time format":                  {`{"headers": {`, `{"time_format": "iso", "headers": {`, "authentication.time_format must be unix, unix_ms, rfc3339, http, or a form"},
		"time offset":                  {`{"headers": {`, `{"time_offset": "8", "headers": {`, "authentication.time_offset must be an offset such as +08:00"},
		"size without a parameter":     {`"size_field": "per_page", `, ``, "paging: properties 'size_field' required, if 'size' exists"},
		"next without a path":          {`"style": "page", "field": "page", "size_field": "per_page", "size": 100, "last_page_path": "meta.last_page"`, `"style": "next"`, "paging.next_path is missing"},
		"next with a last page":        {`"style": "page"`, `"style": "next", "next_path": "next"`, "paging: with style next, the list ends when next_path is empty"},
		"pages with a next path":       {`"style": "page"`, `"style": "page", "next_path": "next"`, "paging.next_path: only the style next uses it"},
		"list beside a parameter":      {`"servers_field": "server_ids"`, `"servers_field": "*.id"`, "operations.servers.assign_package: a list stands at the same path as other parameters"},
		"list beside its member":       {`"package_id", "none": null`, `"server_ids.count"`, "operations.servers.assign_package: two fields stand at the same path"},
		"list in a form":               {`"servers_field": "server_ids", "package_field": "package_id"`, `"servers_field": "*.id", "package_field": "*.package", "encoding": "form"`, "operations.servers.assign_package: only a JSON body can be a list"},
		"list with a separator":        {`"servers_field": "server_ids"`, `"separator": ",", "servers_field": "servers.*.id"`, "operations.servers.assign_package.separator: servers_field says that each id is in an element"},
		"two fields at one path":       {`"cpu_name": "cpu_name"`, `"cpu_name": "cpu_count"`, "operations.packages.create: fields.package.cpu_name: two fields stand at the same path"},
		"item of a disk":               {`"items": {"type": "type", "interface"`, `"items": {"kind": "type", "interface"`, "fields.package.disks.items.kind is not known (known: interface, size, type)"},
		"items of an address":          {`{"path": "ip", "separator": ","}`, `{"path": "ip", "items": {"address": "ip"}}`, "fields.api_key.ip_addresses.items.address is not known (known: text)"},
		"token of another name":        {`{"headers": {`, `{"login": {"path": "/login", "parameters": {"u": "{key}"}, "tokens": {"secret": "token"}}, "headers": {`, "authentication.login.tokens.secret: {secret} is already the name of another placeholder"},
		"basic without a password":     {`{"headers": {`, `{"basic": "{key}", "headers": {`, "authentication.basic has no :"},
		"disks without items":          {`{"path": "pci", "items": {"model": "model", "type": "type"}}`, `{"path": "pci"}`, "fields.package.pci_devices.items is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := CheckProfile(edited(t, c.from, c.to))
			require.ErrorContains(t, err, "the wire profile is not valid: ")
			require.ErrorContains(t, err, c.says)
			assert.Equal(t, 1, strings.Count(err.Error(), c.says[:strings.IndexAny(c.says+" ", " ,:")]), "blames one member: %v", err)
		})
	}
}

func TestProfileFiles(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		return path
	}
	require.NoError(t, CheckProfile(write("right.json", assumedText(t))))
	for path, says := range map[string]string{
		filepath.Join(folder, "none.json"): "there is no such file",
		folder:                             "it is not an ordinary file",
		"/dev/zero":                        "it is not an ordinary file",
		write("large.json", "{"+strings.Repeat(" ", maxProfileBytes)): "it is larger than 256 KiB",
		write("bare.json", "{}"):               `bare.json" is not valid: authentication is missing; envelope is missing`,
		write("two.json", assumedText(t)+"{}"): "it is not JSON",
		"":                                     "there is no such file",
		write("wrong.json", edited(t, `"base_path"`, `"basepath"`)): "basepath is not known",
	} {
		require.ErrorContains(t, CheckProfile(path), says)
	}
}

// spoken sends one request with a profile and returns the received request.
func spoken(t *testing.T, setting string, do func(*Client)) (*http.Request, string) {
	t.Helper()
	var got *http.Request
	var body string
	server := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		got, body = r, string(raw)
		w.WriteHeader(http.StatusTeapot)
	})
	client, err := New(Config{Transport: transport.Config{Clock: clienttest.Clock{}}, URL: server.URL, Key: "kkkkkkkk", Secret: "ssssssss", Profile: setting})
	require.NoError(t, err)
	client.signer.now = func() time.Time { return time.Unix(1767225600, 5e6) }
	do(client)
	require.NotNil(t, got)
	return got, body
}

func TestSignedRequests(t *testing.T) {
	t.Parallel()
	do := func(c *Client) { _, _ = c.GetAPIKey(t.Context(), "7") }
	request, body := spoken(t, exampleProfiles+"signed-post.json", do)
	assert.Equal(t, "POST /openapi/apiKey/get", request.Method+" "+request.URL.Path)
	assert.Equal(t, `{"id":7}`, body)
	assert.Equal(t, "kkkkkkkk", request.Header.Get("X-App-Id"))
	assert.Equal(t, "1767225600", request.Header.Get("X-Timestamp"))
	assert.Regexp(t, "^[0-9a-f]{32}$", request.Header.Get("X-Nonce"))
	assert.Regexp(t, "^[0-9a-f]{64}$", request.Header.Get("X-Signature"))

	// Expected values from openssl: printf '…' | openssl dgst -md5 / -sha1 -hmac / -sha256 -hmac.
	for how, want := range map[string]string{
		`{"algorithm": "md5", "template": "kk{secret}{time}"}`:                               "19befc70430adb23049bd3f8f6ac8354",
		`{"algorithm": "hmac-sha1", "template": "{method} {path} {query}"}`:                  "60d0e279cbc968f4cc149358df1a77f90913d610",
		`{"algorithm": "hmac-sha256", "encoding": "base64", "template": "{body_md5}{body}"}`: "ZNxROGWNytdpFrBKN2U7LGHBOnVGG0OVNiYrKLiJ7do=",
	} {
		setting := edited(t, `"authentication": {"headers": {"X-Api-Key": "{key}"`, `"authentication": {"time_format": "unix_ms", "signature": `+how+`, "headers": {"X-Api-Key": "{signature}"`)
		request, _ = spoken(t, setting, do)
		assert.Equal(t, want, request.Header.Get("X-Api-Key"), how)
	}
}

func TestRepeatedAttemptsHaveNewNonces(t *testing.T) {
	t.Parallel()
	sent := make(chan string, 100)
	server := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		sent <- r.Header.Get("X-Nonce") + " " + r.Header.Get("X-Signature")
		clienttest.HangUp(w)
	})
	client, err := New(Config{Transport: transport.Config{Clock: clienttest.Clock{}}, URL: server.URL, Key: "kkkkkkkk", Secret: "ssssssss", Profile: exampleProfiles + "signed-post.json"})
	require.NoError(t, err)
	_, err = client.ListAPIKeys(t.Context())
	require.Error(t, err)
	require.Greater(t, len(sent), 2)
	first, second := <-sent, <-sent
	assert.NotEqual(t, first, second)
}

func TestOtherAuthentication(t *testing.T) {
	t.Parallel()
	do := func(c *Client) { _, _ = c.UpdateAPIKey(t.Context(), "7", "a&b", []string{"192.0.2.1", "192.0.2.2"}) }
	request, body := spoken(t, exampleProfiles+"query-text.json", do)
	assert.Equal(t, "POST /api.php/apikeys", request.Method+" "+request.URL.Path)
	assert.Equal(t, url.Values{"apikey": {"kkkkkkkk"}, "apisecret": {"ssssssss"}}, request.URL.Query())
	assert.Equal(t, "allowed_ips=192.0.2.1%3B192.0.2.2&do=update&no=7&title=a%26b", body)

	headers := `"authentication": {"headers": {"X-Api-Key": "{key}", "X-Api-Secret": "{secret}"}}`
	request, _ = spoken(t, edited(t, headers, `"authentication": {"basic": "{key}:{secret}"}`), do)
	user, password, _ := request.BasicAuth()
	assert.Equal(t, "kkkkkkkk ssssssss", user+" "+password)
	request, _ = spoken(t, edited(t, headers, `"authentication": {"headers": {"Authorization": "Bearer {key}.{secret}"}}`), do)
	assert.Equal(t, "Bearer kkkkkkkk.ssssssss", request.Header.Get("Authorization"))
}

func TestFlatten(t *testing.T) {
	t.Parallel()
	assert.Equal(t, url.Values{
		"a[b]": {"1"}, "l[0][x]": {"y"}, "l[1][x]": {""}, "t": {"1"}, "f": {"0"}, "empty": {""}, "n": {"18446744073709551615"},
	}, flatten(map[string]any{
		"a": map[string]any{"b": int64(1)}, "l": []any{map[string]any{"x": "y"}, map[string]any{"x": nil}}, "t": true, "f": false, "empty": []any{}, "n": json.Number("18446744073709551615"),
	}))
}

// TestParameters: dotted names lead into objects, and the same input can be sent twice.
func TestParameters(t *testing.T) {
	t.Parallel()
	op := operation{IDField: "data.id", IDAs: "text", Fixed: map[string]any{"data.type": "packages", "v": "1", "data.name": "no"}}
	input := map[string]any{"data": map[string]any{"name": "E3"}}
	want := map[string]any{"v": "1", "data": map[string]any{"type": "packages", "id": "7", "name": "E3"}}
	for range 2 {
		parameters, err := op.parameters("7", input)
		require.NoError(t, err)
		assert.Equal(t, want, parameters)
	}
	assert.Equal(t, map[string]any{"data": map[string]any{"name": "E3"}}, input)
	op.Fixed = map[string]any{"data": "x", "data.type": "y"}
	_, err := op.parameters("", nil)
	require.ErrorContains(t, err, "fixed parameter")
}

func TestEnvelopesThatDoNotMatch(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body, says string
		gone       bool
	}{
		"no code":            {`{"data":{"id":7}}`, "(envelope.success.path)", false},
		"nothing":            {``, "(envelope.success.path)", false},
		"no message":         {`{"code":1,"data":null}`, "(envelope.success.values)", false},
		"not found":          {`{"code":40400,"msg":"No such key","data":null}`, "No such key (code 40400)", true},
		"wrong key":          {`{"code":"40100","msg":"Bad signature","data":null}`, "Check the DCIM key and secret", false},
		"another code":       {`{"code":7,"msg":"Odd","data":null}`, "Odd (code 7)", false},
		"success elsewhere":  {`{"code":0,"msg":"","result":{}}`, "(envelope.data_path)", false},
		"field left out":     {`{"code":0,"msg":"","data":{"id":7,"ipList":[]}}`, "(fields.api_key.label)", false},
		"addresses as texts": {`{"code":0,"msg":"","data":{"id":7,"label":"a","ipList":"192.0.2.1"}}`, "if it is a text with several values, set separator (fields.api_key.ip_addresses)", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "/list") {
					_, _ = io.WriteString(w, `{"code":0,"data":{"items":[],"total":0}}`)
					return
				}
				_, _ = io.WriteString(w, c.body)
			})
			client, err := New(Config{Transport: transport.Config{Clock: clienttest.Clock{}}, URL: server.URL, Key: "kkkkkkkk", Secret: "ssssssss", Profile: exampleProfiles + "signed-post.json"})
			require.NoError(t, err)
			_, err = client.GetAPIKey(t.Context(), "7")
			require.ErrorContains(t, err, c.says)
			if c.gone {
				require.ErrorIs(t, err, transport.ErrNotFound)
			} else {
				require.NotErrorIs(t, err, transport.ErrNotFound)
			}
		})
	}
}
