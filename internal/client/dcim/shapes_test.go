package dcim

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/clienttest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/creation"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/lenient"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

// withProfile returns a client of a handler. The profile is the assumed one with texts replaced in pairs.
func withProfile(t testing.TB, handler http.HandlerFunc, replace ...string) *Client {
	t.Helper()
	text := assumedText(t)
	for i := 0; i < len(replace); i += 2 {
		require.Contains(t, text, replace[i])
		text = strings.Replace(text, replace[i], replace[i+1], 1)
	}
	client, err := New(Config{
		Transport: transport.Config{Clock: clienttest.Clock{}}, URL: clienttest.Serve(t, handler).URL,
		Key: testKey, Secret: testSecret, Profile: text,
	})
	require.NoError(t, err)
	t.Cleanup(client.http.CloseIdleConnections)
	return client
}

// responds returns a body for a request, such as "GET /packages". Other requests fail the test.
func responds(t testing.TB, bodies map[string]string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		request := r.Method + " " + strings.TrimPrefix(r.URL.Path, "/api/v1")
		body, ok := bodies[request]
		assert.True(t, ok, request)
		_, _ = io.WriteString(w, body)
	}
}

// withSuccess is an envelope with a success flag and an incomplete list of error classes.
var withSuccess = []string{
	`"data_path": "data",`, `"success": {"path": "code", "values": [0]}, "code_path": "code", "data_path": "data",`,
	`"401": "unauthorized", "403": "forbidden", `, `"40100": "unauthorized", `,
}

// TestRefused: a failure with a message is a refusal, whether or not its code has a class.
func TestRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ body, says string }{
		"code without a class": {`{"code":50012,"message":"The name is reserved.","data":null}`, "The name is reserved. (code 50012)"},
		"code with a class":    {`{"code":40100,"message":"No such key.","data":null}`, "Check the DCIM key and secret"},
		"no code":              {`{"code":-1,"message":"Busy","data":[]}`, "Busy (code -1)"},
		"fields in data":       {`{"code":7,"message":"Not valid","data":{"fields":{"label":"x"}}}`, "Not valid (code 7)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := withProfile(t, responds(t, map[string]string{
				"GET /packages": `{"code":0,"data":[],"meta":{"last_page":1}}`, "POST /packages": c.body,
			}), withSuccess...)
			_, err := client.CreatePackage(t.Context(), Package{Name: "E3"}, false)
			require.ErrorContains(t, err, c.says)
			var lost *creation.LostError
			require.NotErrorAs(t, err, &lost)
			var refusal *Error
			require.ErrorAs(t, err, &refusal)
			assert.True(t, refusal.Refused())
		})
	}
}

// TestWrongSuccessTest: a success that the profile takes for a failure is an error of the profile.
func TestWrongSuccessTest(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"message of a success": `{"code":1,"message":"ok","data":null}`,
		"in Chinese":           `{"code":1,"message":"操作成功","data":null}`,
		"value of a success":   `{"code":"success","message":"Created the package.","data":null}`,
		"object with an id":    `{"code":1,"message":"Created the package.","data":{"id":7,"name":"E3"}}`,
		"nothing said":         `{"code":1,"message":"","data":null}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := withProfile(t, responds(t, map[string]string{
				"GET /packages": `{"code":0,"data":[],"meta":{"last_page":1}}`, "POST /packages": body,
			}), withSuccess...)
			_, err := client.CreatePackage(t.Context(), Package{Name: "E3"}, false)
			require.ErrorIs(t, err, ErrProfile)
			require.ErrorContains(t, err, "is none of the values of success (envelope.success.values)")
			var lost *creation.LostError
			require.ErrorAs(t, err, &lost, "the package may exist")
		})
	}
}

func TestHints(t *testing.T) {
	t.Parallel()
	signed := []string{`"authentication": {`, `"authentication": {"signature": {"algorithm": "md5", "template": "{parameters}{secret}"}, "query": {"sign": "{signature}"}, `}
	for name, c := range map[string]struct {
		status  int
		body    string
		replace []string
		says    string
	}{
		"404 in JSON of another kind": {404, `{"detail":"Not Found"}`, nil, "check base_path and operations.packages.get.path"},
		"404 as a page":               {404, `<html>`, nil, "check base_path and operations.packages.get.path"},
		"405":                         {405, `{"message":"Method Not Allowed"}`, nil, "check operations.packages.get.method"},
		"signature refused":           {401, `{"message":"No."}`, signed, "compare authentication.signature and authentication.time_format"},
		"signature without a class":   {400, `{"message":"sign error"}`, signed, "compare authentication.signature"},
		"signature in Chinese":        {400, `{"message":"签名错误"}`, signed, "compare authentication.signature"},
		"failure with 200":            {200, `{"message":"Bad key","data":null,"code":7}`, nil, `Its message is "Bad key". If this response is a failure, set envelope.success`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := withProfile(t, func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "/packages") {
					_, _ = io.WriteString(w, `{"data":[{"id":7,"name":"E3"}],"meta":{"last_page":1}}`)
					return
				}
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.body)
			}, c.replace...)
			body, err := client.call(t.Context(), request{operation: "packages.get", id: "7", object: objectPackage})
			if err == nil {
				_, err = client.singleObject("packages.get", body)
			}
			require.ErrorContains(t, err, c.says)
		})
	}
}

// paged serves 7 packages in pages of 3. It counts pages from first, and ends its list as end says.
func paged(t testing.TB, first int, end func(page int, answer map[string]any)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		page, err := strconv.Atoi(r.FormValue("page"))
		assert.NoError(t, err)
		page -= first
		rows := []any{}
		for id := page*3 + 1; page >= 0 && id <= min(7, page*3+3); id++ {
			rows = append(rows, map[string]any{"id": id, "name": "p" + strconv.Itoa(id)})
		}
		answer := map[string]any{"data": rows}
		end(page, answer)
		assert.NoError(t, json.NewEncoder(w).Encode(answer))
	}
}

// onlyNames are replacements that leave only id and name of a package.
func onlyNames(t testing.TB) []string {
	t.Helper()
	text := assumedText(t)
	from, to := strings.Index(text, `"memory_gb": "memory",`), strings.Index(text, `    },
    "server": {`)
	return []string{`"name": "name",
      ` + text[from:to], `"name": "name"
`}
}

// TestListLeftOut: a response that says that there are no rows may omit the list.
func TestListLeftOut(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		path, body string
		empty      bool
	}{
		"no rows":        {"total_path", `{"meta":{"n":0}}`, true},
		"no rows, text":  {"total_path", `{"meta":{"n":"0"}}`, true},
		"no pages":       {"page_count_path", `{"meta":{"n":0}}`, true},
		"one row":        {"total_path", `{"meta":{"n":1}}`, false},
		"no number":      {"total_path", `{"meta":{}}`, false},
		"last page is 0": {"last_page_path", `{"meta":{"n":0}}`, false}, // in a DCIM that counts from 0, a page with rows
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := withProfile(t, responds(t, map[string]string{"GET /packages": c.body}),
				append(onlyNames(t), `"last_page_path": "meta.last_page"`, `"`+c.path+`": "meta.n"`)...)
			packages, err := client.ListPackages(t.Context())
			if c.empty {
				require.NoError(t, err)
				assert.Empty(t, packages)
				return
			}
			require.ErrorContains(t, err, `there is no list at "data"`)
		})
	}
}

func TestPagingFromZero(t *testing.T) {
	t.Parallel()
	meta := func(name string, value int) func(int, map[string]any) {
		return func(_ int, answer map[string]any) { answer["meta"] = map[string]any{name: value} }
	}
	style := `"style": "page", "field": "page", "size_field": "per_page", "size": 100, "last_page_path": "meta.last_page"`
	for name, c := range map[string]struct {
		first  int
		end    func(int, map[string]any)
		paging string
	}{
		"last page from 0":       {0, meta("last_page", 2), `"first_page": 0, "last_page_path": "meta.last_page"`},
		"number of pages":        {0, meta("pages", 3), `"first_page": 0, "page_count_path": "meta.pages"`},
		"number of rows":         {0, meta("total", 7), `"first_page": 0, "total_path": "meta.total"`},
		"until empty":            {0, func(int, map[string]any) {}, `"first_page": 0, "until_empty": true`},
		"until empty from 1":     {1, func(int, map[string]any) {}, `"until_empty": true`},
		"number of pages from 1": {1, meta("pages", 3), `"page_count_path": "meta.pages"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			replace := append(onlyNames(t), style, `"style": "page", "field": "page", "size_field": "per_page", "size": 3, `+c.paging)
			client := withProfile(t, paged(t, c.first, c.end), replace...)
			packages, err := client.ListPackages(t.Context())
			require.NoError(t, err)
			require.Len(t, packages, 7)
			assert.Equal(t, "1", packages[0].ID)
			assert.Equal(t, "7", packages[6].ID)
		})
	}
	for name, end := range map[string]func(int, map[string]any){"last page": meta("last_page", 2), "rows": meta("last_page", 0)} {
		t.Run("noticed: "+name, func(t *testing.T) {
			t.Parallel()
			replace := append(onlyNames(t), `"size": 100`, `"size": 3`)
			_, err := withProfile(t, paged(t, 0, end), replace...).Probe(t.Context(), ProbePackages)
			require.ErrorContains(t, err, "the DCIM counts pages from 0 (paging.first_page)")
		})
	}
	t.Run("from 1 while the profile says 0", func(t *testing.T) {
		t.Parallel()
		replace := append(onlyNames(t), `"size": 100`, `"size": 3, "first_page": 0`)
		lax := func(w http.ResponseWriter, r *http.Request) { // Laravel takes page 0 for page 1
			if r.FormValue("page") == "0" {
				r.Form.Set("page", "1")
			}
			paged(t, 1, meta("last_page", 2))(w, r)
		}
		_, err := withProfile(t, lax, replace...).ListPackages(t.Context())
		require.ErrorContains(t, err, "paging.first_page")
	})
	t.Run("an empty first page names the member", func(t *testing.T) {
		t.Parallel()
		replace := append(onlyNames(t), style, `"style": "page", "field": "page", "size_field": "per_page", "size": 100, "total_path": "meta.total"`)
		client := withProfile(t, responds(t, map[string]string{"GET /packages": `{"data":[],"meta":{"total":7}}`}), replace...)
		_, err := client.ListPackages(t.Context())
		require.ErrorContains(t, err, "Then set paging.first_page to 0")
	})
}

// TestShapesOfAList: PHP writes lists in several ways.
func TestShapesOfAList(t *testing.T) {
	t.Parallel()
	for list, want := range map[string]int{
		`[]`: 0, `{}`: 0, `""`: 0, `null`: 0, `"[]"`: 0, `[{"id":1,"name":"a"}]`: 1,
		`{"0":{"id":1,"name":"a"},"1":{"id":2,"name":"b"}}`:   2,
		`{"10":{"id":10,"name":"a"},"9":{"id":9,"name":"b"}}`: 2,
		`"[{\"id\":1,\"name\":\"a\"}]"`:                       1,
		`["{\"id\":1,\"name\":\"a\"}"]`:                       1,
		`{"a":{"id":1,"name":"a"}}`:                           -1,
		`{"total":1}`:                                         -1,
		`"none"`:                                              -1,
		`7`:                                                   -1,
		`true`:                                                -1,
		`[1]`:                                                 -1,
		`[[]]`:                                                -1,
	} {
		client := withProfile(t, responds(t, map[string]string{"GET /packages": `{"data":` + list + `,"meta":{"last_page":1}}`}), onlyNames(t)...)
		packages, err := client.ListPackages(t.Context())
		if want < 0 {
			require.ErrorIs(t, err, ErrProfile, list)
			continue
		}
		require.NoError(t, err, list)
		require.Len(t, packages, want, list)
		if want == 2 {
			first, _ := strconv.Atoi(packages[0].ID)
			second, _ := strconv.Atoi(packages[1].ID)
			assert.Less(t, first, second, "in the order of the numbers")
		}
	}
}

// TestShapesOfFields: values of a server in odd shapes are read right, or refused with the line of the profile.
func TestShapesOfFields(t *testing.T) {
	t.Parallel()
	client := newTestClient(t, "https://dcim.example.net")
	fields := client.profile.Fields[objectServer]
	fields["ip_address"] = field{Path: "ips.0.address"}
	fields["memory_gb"] = field{Path: "hw.ram", Unit: "MB"}
	const rest = `"id":1,"label":"a","power_status":"on","usage_type":"idle","data_center":"","rack":"","model":"","cpu":"","switch":"","switch_port":"","port_in":0,"port_out":0,"vlan":"","remark":""`
	whole := map[string]string{"user": `null`, "package": `null`, "disks": `[]`, "pci": `[]`, "ips": `[]`, "hw": `null`}
	for name, c := range map[string]struct {
		member, value string
		want          func(s *Server)
		refused       string
	}{
		"object as an empty list":  {"package", `[]`, func(*Server) {}, ""},
		"object as empty text":     {"package", `""`, func(*Server) {}, ""},
		"object as false":          {"package", `false`, func(*Server) {}, ""},
		"object as a number":       {"package", `5`, nil, `the response has nothing at "package.id" (fields.server.package_id)`},
		"object as JSON":           {"package", `"{\"id\":18446744073709551615,\"name\":\"E3\"}"`, func(s *Server) { s.PackageID, s.PackageName = "18446744073709551615", "E3" }, ""},
		"object as a list of one":  {"package", `[{"id":5,"name":"E3"}]`, nil, "(fields.server.package_id)"},
		"list as null":             {"disks", `null`, func(*Server) {}, ""},
		"list as empty text":       {"disks", `""`, func(*Server) {}, ""},
		"list as an empty object":  {"disks", `{}`, func(*Server) {}, ""},
		"list as numbered members": {"disks", `{"0":{"type":"SSD","interface":"SATA","size":"480 GB"}}`, func(s *Server) { s.Disks = []Disk{{"SSD", "SATA", "480 GB"}} }, ""},
		"list as JSON":             {"disks", `"[{\"type\":\"SSD\",\"interface\":\"SATA\",\"size\":\"480 GB\"}]"`, func(s *Server) { s.Disks = []Disk{{"SSD", "SATA", "480 GB"}} }, ""},
		"list as text":             {"disks", `"2 x SSD"`, nil, `the value at "disks" is not a list (fields.server.disks)`},
		"list of texts":            {"disks", `["SSD"]`, nil, `an element of the list at "disks" is not an object (fields.server.disks)`},
		"index":                    {"ips", `[{"address":"192.0.2.1"},{"address":"192.0.2.2"}]`, func(s *Server) { s.IPAddress = "192.0.2.1" }, ""},
		"index of a numbered list": {"ips", `{"0":{"address":"192.0.2.1"}}`, func(s *Server) { s.IPAddress = "192.0.2.1" }, ""},
		"index of an empty list":   {"ips", `[]`, func(*Server) {}, ""},
		"index of no list":         {"ips", `"192.0.2.1"`, nil, `nothing at "ips.0.address" (fields.server.ip_address)`},
		"index of other things":    {"ips", `["192.0.2.1"]`, nil, `nothing at "ips.0.address" (fields.server.ip_address)`},
		"megabytes":                {"hw", `{"ram":32768}`, func(s *Server) { s.MemoryGB = 32 }, ""},
		"megabytes as text":        {"hw", `{"ram":"32768"}`, func(s *Server) { s.MemoryGB = 32 }, ""},
		"measured":                 {"hw", `{"ram":31988}`, func(s *Server) { s.MemoryGB = 31 }, ""},
		"with another unit":        {"hw", `{"ram":"64 GB"}`, func(s *Server) { s.MemoryGB = 64 }, ""},
		"with a binary unit":       {"hw", `{"ram":"64GiB"}`, func(s *Server) { s.MemoryGB = 64 }, ""},
		"with an unknown unit":     {"hw", `{"ram":"64 sticks"}`, nil, `the value at "hw.ram" is not a whole number (fields.server.memory_gb)`},
		"memory as a list":         {"hw", `{"ram":[32]}`, nil, `the value at "hw.ram" is not a whole number (fields.server.memory_gb)`},
		"name as an object":        {"package", `{"id":5,"name":{"en":"E3"}}`, nil, `the value at "package.name" is not text (fields.server.package_name)`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := "{" + rest
			for member, value := range whole {
				if member == c.member {
					value = c.value
				}
				text += `,"` + member + `":` + value
			}
			var row map[string]any
			decoder := json.NewDecoder(strings.NewReader(text + "}"))
			decoder.UseNumber()
			require.NoError(t, decoder.Decode(&row))
			got, err := client.server("servers.get", row)
			if c.refused != "" {
				require.ErrorIs(t, err, ErrProfile)
				require.ErrorContains(t, err, c.refused)
				return
			}
			require.NoError(t, err)
			want := Server{ID: "1", Label: "a", Power: "on", UsageType: "idle"}
			c.want(&want)
			assert.Equal(t, want, got)
		})
	}
}

func TestUnits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, unit string
		text       any
		read       int64
		problem    string
		written    any
	}{
		{"memory_gb", "", json.Number("32"), 32, "", int64(32)},
		{"memory_gb", "MB", json.Number("32768"), 32, "", json.Number("32768")},
		{"memory_gb", "KB", json.Number("33554432"), 32, "", json.Number("33554432")},
		{"memory_gb", "TB", "0.5", 512, "", json.Number("0.5")},
		{"memory_gb", "GB", json.Number("8192"), 8192, "", json.Number("8192")},
		{"memory_gb", "", json.Number("8192"), 8192, `8192 at "x" is not plausible in GB: set unit to the unit of the DCIM, which is GB if the value is right (fields.package.memory_gb.unit)`, nil},
		{"memory_gb", "MB", json.Number("32"), 0, `32 MB at "x" is not a whole number of GB (fields.package.memory_gb)`, nil},
		{"uplink_mbps", "Gbps", json.Number("10"), 10000, "", json.Number("10")},
		{"uplink_mbps", "kbps", "100000", 100, "", json.Number("100000")},
		{"uplink_mbps", "Gbps", "0.1", 100, "", json.Number("0.1")},
		{"uplink_mbps", "", "10 Gbps", 10000, "", int64(10000)},
		{"uplink_mbps", "", "10G", 10000, "", int64(10000)},
		{"memory_gb", "", "32G", 32, "", int64(32)},
		{"uplink_mbps", "", json.Number("10000000"), 10000000, `10000000 at "x" is not plausible in Mbps`, nil},
		{"ip_count", "", "5 GB", 0, `the value at "x" is not a whole number`, nil},
	} {
		client := newTestClient(t, "https://dcim.example.net")
		client.profile.Fields[objectPackage][c.name] = field{Path: "x", Unit: c.unit}
		r := client.reader(objectPackage, map[string]any{"x": c.text})
		assert.Equal(t, c.read, r.integer(c.name), "%v", c)
		if c.problem != "" {
			require.Len(t, *r.problems, 1, "%v", c)
			assert.Contains(t, (*r.problems)[0], c.problem)
			continue
		}
		assert.Empty(t, *r.problems, "%v", c)
		wire, err := client.profile.encodeFields(objectPackage, map[string]any{c.name: c.read})
		require.NoError(t, err)
		assert.Equal(t, map[string]any{"x": c.written}, wire, "%v", c)
	}
}

func TestListsAsJSON(t *testing.T) {
	t.Parallel()
	client := newTestClient(t, "https://dcim.example.net")
	client.profile.Fields[objectPackage]["disks"] = field{
		Path: "disks", As: "json", Items: map[string]field{"type": {Path: "t"}, "interface": {Path: "i"}, "size": {Path: "s"}},
	}
	client.profile.Fields[objectAPIKey]["ip_addresses"] = field{Path: "ip", As: "json"}
	input, err := client.packageInput(Package{Name: "E3", Disks: []Disk{{"SSD", "SATA", "480 GB"}}}, true)
	require.NoError(t, err)
	assert.JSONEq(t, `[{"i":"SATA","s":"480 GB","t":"SSD"}]`, input["disks"].(string))
	r := client.reader(objectPackage, input)
	assert.Equal(t, []Disk{{"SSD", "SATA", "480 GB"}}, r.disks())
	input, err = client.apiKeyInput("a", []string{"192.0.2.1"})
	require.NoError(t, err)
	assert.Equal(t, `["192.0.2.1"]`, input["ip"])
	assert.Equal(t, []string{"192.0.2.1"}, client.reader(objectAPIKey, input).texts("ip_addresses"))
}

// TestUnicode: texts are read in the form in which Terraform holds them. The secret is not changed.
func TestUnicode(t *testing.T) {
	t.Parallel()
	const decomposed, composed = "e\u0301", "\u00e9"
	key, err := newTestClient(t, "https://dcim.example.net").apiKey("api_keys.create", map[string]any{
		"id": json.Number("1"), "label": "caf" + decomposed, "ip": decomposed, "key": "k", "secret": "s" + decomposed,
	})
	require.NoError(t, err)
	assert.Equal(t, APIKey{ID: "1", Label: "caf" + composed, IPAddresses: []string{composed}, Key: "k", Secret: "s" + decomposed}, key)
}

// TestOddNeighbour: an object that cannot be read leaves the others readable. An operation on the whole list names the
// object.
func TestOddNeighbour(t *testing.T) {
	t.Parallel()
	f := newFakeDCIM(t, "first", "odd", "last")
	ids := slices.Sorted(maps.Keys(f.keys))
	odd, last := strconv.FormatUint(ids[1], 10), strconv.FormatUint(ids[2], 10)
	f.keys[ids[1]]["created_at"] = map[string]any{"date": "2026-01-02"}
	key, err := f.client.GetAPIKey(t.Context(), last)
	require.NoError(t, err)
	assert.Equal(t, "last", key.Label)
	_, err = f.client.CreateAPIKey(t.Context(), "new", []string{"192.0.2.1"}, false)
	require.NoError(t, err, "the name of the odd key can be read")
	_, err = f.client.CreateAPIKey(t.Context(), "odd", []string{"192.0.2.1"}, false)
	require.ErrorAs(t, err, new(*creation.ExistsError))
	require.NoError(t, f.client.DeleteAPIKey(t.Context(), last))
	_, err = f.client.GetAPIKey(t.Context(), last)
	require.ErrorIs(t, err, transport.ErrNotFound, "the list confirms it")
	keys, err := f.client.ListAPIKeys(t.Context())
	require.ErrorAs(t, err, new(*lenient.IncompleteList))
	require.Len(t, keys, 2)
	assert.Equal(t, []string{"first", "new"}, []string{keys[0].Label, keys[1].Label}, "the others accompany the error")
	require.ErrorContains(t, err, "API key "+odd+": ")
	require.ErrorContains(t, err, "fields.api_key.created_at")
	_, err = f.client.GetAPIKey(t.Context(), odd)
	require.ErrorContains(t, err, "fields.api_key.created_at")
}

// TestRefusalWith500: an HTTP 500 is a refusal if the profile has the class of its code.
func TestRefusalWith500(t *testing.T) {
	t.Parallel()
	serve := func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/v1/packages" && r.Method == http.MethodGet {
			sends(http.StatusOK, noPackages)(w)
			return
		}
		sends(http.StatusInternalServerError, `{"message":"no such package","error":"ENOENT"}`)(w)
	}
	client := withProfile(t, serve, `"data_path": "data",`, `"data_path": "data", "code_path": "error",`,
		`"404": "not_found"`, `"ENOENT": "not_found"`)
	_, err := client.GetPackage(t.Context(), "7")
	require.ErrorIs(t, err, transport.ErrNotFound)
	require.ErrorIs(t, client.DeletePackage(t.Context(), "7"), transport.ErrNotFound)
	_, err = client.CreatePackage(t.Context(), Package{Name: "E3"}, false)
	require.ErrorContains(t, err, "no such package")
	require.NotErrorAs(t, err, new(*creation.LostError))

	_, err = withProfile(t, serve).GetPackage(t.Context(), "7")
	require.True(t, transport.IsTransport(err), err)
}

// TestListOfOne: XML that was converted to JSON shows a list of one object as that object.
func TestListOfOne(t *testing.T) {
	t.Parallel()
	client := withProfile(t, responds(t, map[string]string{
		"GET /packages": `{"data":{"id":7,"name":"E3"},"meta":{"last_page":1}}`,
	}), onlyNames(t)...)
	packages, err := client.ListPackages(t.Context())
	require.NoError(t, err)
	require.Equal(t, []Package{{ID: "7", Name: "E3"}}, packages)
}
