package solusvm2

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/creation"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/lenient"
	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

// oddShape is an encoding of an object that the vendor's tests do not show.
type oddShape[T any] struct {
	name, row string
	change    func(*T) // of the value that an empty object has, nil if the row is refused
	says      string   // a part of the refusal
}

// decodeTable reads each row alone and in a list with an ordinary object. Both must have the same result.
func decodeTable[R rowWithID, V any](t *testing.T, noun string, value func(R) V, cases []oddShape[V]) {
	t.Helper()
	client, err := New(Config{URL: "https://panel.example.net", Token: testToken})
	require.NoError(t, err)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := request{operation: noun + "s: list", noun: noun}
			page, err := client.decodePage(r, []byte(`{"data":[{"id":8},`+c.row+`]}`))
			require.NoError(t, err)
			rows, err := decodeRows[R](client, r, page)
			alone, errAlone := decodeObject[R](client, r, []byte(`{"data":`+c.row+`}`))
			if err == nil {
				assert.Equal(t, "8", string(rows[0].row.rowID()))
				require.NoError(t, rows[0].problem)
				err = rows[1].problem
			}
			if c.change == nil {
				require.ErrorIs(t, err, ErrUnreadable)
				require.ErrorIs(t, errAlone, ErrUnreadable)
				assert.ErrorContains(t, err, c.says)
				plain(t, err)
				plain(t, errAlone)
				return
			}
			require.NoError(t, err)
			require.NoError(t, errAlone)
			var none R
			want := value(none)
			c.change(&want)
			assert.Equal(t, want, value(rows[1].row))
			assert.Equal(t, want, value(alone))
		})
	}
}

func TestDecodeServers(t *testing.T) {
	t.Parallel()
	server := func(change func(*Server)) func(*Server) {
		return func(s *Server) {
			s.ID = "7"
			if change != nil {
				change(s)
			}
		}
	}
	same := server(nil)
	ipv4 := func(addresses ...string) func(*Server) {
		return server(func(s *Server) { s.IPv4Addresses = addresses })
	}
	ipv6 := func(address string) func(*Server) { return server(func(s *Server) { s.IPv6Address = address }) }
	decodeTable(t, "server", serverRow.server, []oddShape[Server]{
		{"ipv6 as an object", `{"id":7,"ip_addresses":{"ipv6":{"primary_ip":"2001:db8::1"}}}`, ipv6("2001:db8::1"), ""},
		{"ipv6 as a list", `{"id":7,"ip_addresses":{"ipv6":[{"primary_ip":"2001:db8::1"}]}}`, ipv6("2001:db8::1"), ""},
		{
			"the marked ipv6",
			`{"id":7,"ip_addresses":{"ipv6":[{"primary_ip":"2001:db8::1"},{"primary_ip":"2001:db8::2","is_primary":1}]}}`,
			ipv6("2001:db8::2"), "",
		},
		{
			"ipv6 as a numbered object", `{"id":7,"ip_addresses":{"ipv6":{"1":{"primary_ip":"2001:db8::1"}}}}`,
			ipv6("2001:db8::1"), "",
		},
		{"ipv6 as an empty list", `{"id":7,"ip_addresses":{"ipv6":[]}}`, same, ""},
		{"ipv6 as an empty object", `{"id":7,"ip_addresses":{"ipv6":{}}}`, same, ""},
		{"ipv6 null", `{"id":7,"ip_addresses":{"ipv6":null,"ipv4":null}}`, same, ""},
		{
			"a null among ipv6", `{"id":7,"ip_addresses":{"ipv6":[null,{"primary_ip":"2001:db8::1"}]}}`,
			ipv6("2001:db8::1"), "",
		},
		{"ipv4 as an object", `{"id":7,"ip_addresses":{"ipv4":{"id":1,"ip":"192.0.2.1"}}}`, ipv4("192.0.2.1"), ""},
		{
			"is_primary as text",
			`{"id":7,"ip_addresses":{"ipv4":[{"ip":"192.0.2.1","is_primary":"0"},{"ip":"192.0.2.2","is_primary":"1"}]}}`,
			ipv4("192.0.2.2", "192.0.2.1"), "",
		},
		{
			"no new list, and the old one", `{"id":7,"ip_addresses":[],"ips":[{"ip":"192.0.2.9"}]}`,
			ipv4("192.0.2.9"), "",
		},
		{"nothing but an id", `{"id":"7"}`, same, ""},
		{
			"an id with a fraction", `{"id":"7","specifications":{"ram":2e9,"disk":"20.00"}}`,
			server(func(s *Server) { s.RAMBytes, s.DiskGiB = 2e9, 20 }), "",
		},
		{"specifications as an empty list", `{"id":7,"specifications":[],"user":[],"plan":[],"location":""}`, same, ""},
		{
			"everything null",
			`{"id":7,"name":null,"specifications":null,"status":null,"user":null,"fqdns":null,"is_suspended":null}`,
			same, "",
		},
		{
			"numbers as text", `{"id":7,"specifications":{"vcpu":"2"},"is_suspended":"1"}`,
			server(func(s *Server) { s.VCPU, s.IsSuspended = 2, true }), "",
		},
		{"a name that is a number", `{"id":7,"name":2024}`, server(func(s *Server) { s.Name = "2024" }), ""},
		{
			"a plan as text", `{"id":7,"plan":"KVM S","location":{"name":null},"project":false}`,
			server(func(s *Server) { s.Plan = "KVM S" }), "",
		},
		{"a user as a number", `{"id":7,"user":3}`, server(func(s *Server) { s.UserID = "3" }), ""},
		{
			"a date as an object",
			`{"id":7,"created_at":{"date":"2026-01-01"},"description":[],"uuid":{},"boot_mode":[1]}`, same, "",
		},
		{
			"fqdns as an object", `{"id":7,"fqdns":{"0":"a.example","2":"b.example"}}`,
			server(func(s *Server) { s.FQDNs = []string{"a.example", "b.example"} }), "",
		},
		{
			"decomposed text", `{"id":7,"name":"Cafe\u0301","status":"e\u0301"}`,
			server(func(s *Server) { s.Name, s.Status = "Café", "é" }), "",
		},
		{
			"a number that is a word", `{"id":7,"specifications":{"vcpu":"two"}}`, nil,
			`server 7: "specifications.vcpu" is the text "two" instead of a whole number`,
		},
		{
			"half a disk", `{"id":7,"specifications":{"disk":20.5}}`, nil,
			`server 7: "specifications.disk" is the number 20.5 instead of a whole number`,
		},
		{"a status as an object", `{"id":7,"status":{"a":1}}`, nil, `server 7: "status" is an object instead of text`},
		{
			"a flag that is a word", `{"id":7,"is_suspended":"maybe"}`, nil,
			`server 7: "is_suspended" is the text "maybe" instead of true or false`,
		},
		{
			"specifications as text", `{"id":7,"specifications":"2 CPUs"}`, nil,
			`server 7: "specifications" is text instead of an object`,
		},
		{
			"an address as a list", `{"id":7,"ip_addresses":{"ipv4":[{"ip":["192.0.2.1"]}]}}`, nil,
			`server 7: "ip_addresses.ipv4.0.ip" is a list instead of text`,
		},
		{
			"a name of another kind", `{"id":7,"name":true}`, nil,
			`server 7: "name" is true instead of text. Report this message and the panel's version`,
		},
		{"an id as a list", `{"id":[7]}`, nil, `element 2 of the list: "id" is a list instead of text`},
		{"no id", `{"name":"web"}`, nil, `element 2 of the list has no id`},
		{"text", `"web"`, nil, `element 2 of the list: it is text instead of an object`},
	})
}

func TestDecodeLimitGroups(t *testing.T) {
	t.Parallel()
	group := func(change func(*LimitGroup)) func(*LimitGroup) {
		return func(g *LimitGroup) {
			g.ID = "7"
			if change != nil {
				change(g)
			}
		}
	}
	servers := func(n int64) func(*LimitGroup) { return group(func(g *LimitGroup) { g.MaxServers = &n }) }
	decodeTable(t, "limit group", limitGroupRow.group, []oddShape[LimitGroup]{
		{"numbers", `{"id":7,"vms":{"limit":3,"is_enabled":true}}`, servers(3), ""},
		{"numbers as text", `{"id":"7","vms":{"limit":"3","is_enabled":"1"}}`, servers(3), ""},
		{"a fraction of zero", `{"id":7,"vms":{"limit":3.0,"is_enabled":1}}`, servers(3), ""},
		{"no number", `{"id":7,"vms":{"limit":null,"is_enabled":true}}`, servers(0), ""},
		{"empty text", `{"id":7,"vms":{"limit":"","is_enabled":"on"}}`, servers(0), ""},
		{"no flag", `{"id":7,"vms":{"limit":3}}`, group(nil), ""},
		{"limits as empty lists", `{"id":7,"vms":[],"running_vms":[],"additional_ips":[]}`, group(nil), ""},
		{"limits null", `{"id":7,"vms":null,"running_vms":null,"additional_ips":null}`, group(nil), ""},
		{"no limits", `{"id":7}`, group(nil), ""},
		{"a word in a limit that is off", `{"id":7,"vms":{"limit":"unlimited","is_enabled":false}}`, group(nil), ""},
		{
			"a long number in a limit that is off",
			`{"id":7,"vms":{"limit":99999999999999999999,"is_enabled":"0"}}`, group(nil), "",
		},
		{"dates as objects", `{"id":7,"created_at":{"date":"x"},"updated_at":[]}`, group(nil), ""},
		{"a name null", `{"id":7,"name":null}`, group(nil), ""},
		{"decomposed text", `{"id":7,"name":"Ame\u0301lie"}`, group(func(g *LimitGroup) { g.Name = "Amélie" }), ""},
		{
			"a word as a limit", `{"id":7,"vms":{"limit":"many","is_enabled":true}}`, nil,
			`limit group 7: "vms.limit" is the text "many" instead of a whole number`,
		},
		{
			"a long number", `{"id":7,"running_vms":{"limit":99999999999999999999,"is_enabled":1}}`, nil,
			`"running_vms.limit" is the number 99999999999999999999 instead of a whole number`,
		},
		{
			"a flag as a limit", `{"id":7,"additional_ips":{"limit":true,"is_enabled":1}}`, nil,
			`"additional_ips.limit" is true instead of a whole number`,
		},
		{
			"a number instead of a limit", `{"id":7,"vms":5}`, nil,
			`limit group 7: "vms" is the number 5 instead of an object`,
		},
		{
			"a list instead of a limit", `{"id":7,"vms":[5,true]}`, nil,
			`limit group 7: "vms" is a list instead of an object`,
		},
		{
			"a flag of another kind", `{"id":7,"vms":{"is_enabled":{}}}`, nil,
			`limit group 7: "vms.is_enabled" is an object instead of true or false`,
		},
		{"a name as a list", `{"id":7,"name":["a"]}`, nil, `limit group 7: "name" is a list instead of text`},
		{"no id", `{"id":"","name":"a"}`, nil, `element 2 of the list has no id`},
		{"a list", `[1]`, nil, `element 2 of the list: it is a list instead of an object`},
	})
}

func TestDecodeAPITokens(t *testing.T) {
	t.Parallel()
	token := func(change func(*APIToken)) func(*APIToken) {
		return func(k *APIToken) {
			k.ID = "7"
			if change != nil {
				change(k)
			}
		}
	}
	owner := func(id, email string) func(*APIToken) {
		return token(func(k *APIToken) { k.UserID, k.UserEmail = id, email })
	}
	decodeTable(t, "API token", apiTokenRow.token, []oddShape[APIToken]{
		{"an id as a number", `{"id":7}`, token(nil), ""},
		{"an id as text", `{"id":"7"}`, token(nil), ""},
		{"a user", `{"id":7,"user":{"id":"4","email":"a@example.com"}}`, owner("4", "a@example.com"), ""},
		{"a user's id alone", `{"id":7,"user":4}`, owner("4", ""), ""},
		{"a user's id as text", `{"id":7,"user":"4"}`, owner("4", ""), ""},
		{"a user null", `{"id":7,"user":null}`, token(nil), ""},
		{"a user as an empty list", `{"id":7,"user":[]}`, token(nil), ""},
		{"a user false", `{"id":7,"user":false}`, token(nil), ""},
		{"an email of another kind", `{"id":7,"user":{"id":4,"email":["a"]}}`, owner("4", ""), ""},
		{"roles of another kind", `{"id":7,"user":{"id":4,"roles":5}}`, owner("4", ""), ""},
		{
			"a date as a number", `{"id":7,"created_at":1700000000}`,
			token(func(k *APIToken) { k.CreatedAt = "1700000000" }), "",
		},
		{"a date as an object", `{"id":7,"created_at":{"date":"x"}}`, token(nil), ""},
		{"no name", `{"id":7,"name":null}`, token(nil), ""},
		{"a name as a number", `{"id":7,"name":5}`, token(func(k *APIToken) { k.Name = "5" }), ""},
		{"decomposed text", `{"id":7,"name":"e\u0301"}`, token(func(k *APIToken) { k.Name = "é" }), ""},
		{
			"a user's id as an object", `{"id":7,"user":{"id":{"a":4}}}`, nil,
			`API token 7: "user.id" is an object instead of text`,
		},
		{"several users", `{"id":7,"user":[{"id":4}]}`, nil, `API token 7: "user" is a list instead of an object`},
		{"a name as an object", `{"id":7,"name":{}}`, nil, `API token 7: "name" is an object instead of text`},
		{"an id as an object", `{"id":{"a":7}}`, nil, `element 2 of the list: "id" is an object instead of text`},
		{"a number", `7`, nil, `element 2 of the list: it is the number 7 instead of an object`},
	})
}

func TestDecodeUsers(t *testing.T) {
	t.Parallel()
	user := func(change func(*User)) func(*User) {
		return func(u *User) {
			u.ID = "7"
			if change != nil {
				change(u)
			}
		}
	}
	roles := func(names ...string) func(*User) { return user(func(u *User) { u.Roles = names }) }
	decodeTable(t, "user", userRow.user, []oddShape[User]{
		{"roles", `{"id":7,"roles":[{"id":1,"name":"Administrator"}]}`, roles("Administrator"), ""},
		{"roles as texts", `{"id":7,"roles":["Administrator"]}`, roles("Administrator"), ""},
		{"roles as a numbered object", `{"id":7,"roles":{"1":{"name":"a"},"0":{"name":"b"}}}`, roles("b", "a"), ""},
		{"one role", `{"id":7,"roles":{"id":1,"name":"a"}}`, roles("a"), ""},
		{"no roles", `{"id":7,"roles":[]}`, user(nil), ""},
		{"roles null", `{"id":7,"roles":null}`, user(nil), ""},
		{"roles as an empty object", `{"id":7,"roles":{}}`, user(nil), ""},
		{"roles missing", `{"id":"7"}`, user(nil), ""},
		{"a role without a name", `{"id":7,"roles":[{"name":null}]}`, roles(""), ""},
		{"billing_user_id as text", `{"id":7,"billing_user_id":"17"}`, user(nil), ""},
		{"billing_user_id of another kind", `{"id":7,"billing_user_id":{"a":[]},"billing_token":5}`, user(nil), ""},
		{"a status null", `{"id":7,"status":null}`, user(nil), ""},
		{"a status that is a number", `{"id":7,"status":1}`, user(func(u *User) { u.Status = "1" }), ""},
		{"an email null", `{"id":7,"email":null}`, user(nil), ""},
		{"an email as a list", `{"id":7,"email":["a"]}`, user(nil), ""},
		{"a status as a list", `{"id":7,"status":["active"]}`, nil, `user 7: "status" is a list instead of text`},
		{"roles as a number", `{"id":7,"roles":5}`, nil, `user 7: "roles" is the number 5 instead of a list`},
		{"an id as a list", `{"id":[7]}`, nil, `element 2 of the list: "id" is a list instead of text`},
		{"no id", `{"email":"a"}`, nil, `element 2 of the list has no id`},
		{"true", `true`, nil, `element 2 of the list: it is true instead of an object`},
	})
}

func TestDecodeSettings(t *testing.T) {
	t.Parallel()
	whmcs := BillingIntegration{Type: "whmcs", URL: "https://host/", HasToken: true}
	for _, c := range []struct {
		name, data string
		want       BillingIntegration
		says       string
	}{
		{
			"as in the vendor's tests",
			`{"billing_integration":{"type":"whmcs","drivers":{"whmcs":{"url":"https://host/","token":"t"}}}}`,
			whmcs, "",
		},
		{
			"a token as a number",
			`{"billing_integration":{"type":"whmcs","drivers":{"whmcs":{"url":"https://host/","token":123456}}}}`,
			whmcs, "",
		},
		{
			"another driver of another kind",
			`{"billing_integration":{"type":"whmcs","drivers":{"other":5,"whmcs":{"url":"https://host/","token":"t"}}}}`,
			whmcs, "",
		},
		{
			"other settings of another kind",
			`{"mail":5,"theme":[],"billing_integration":{"type":"whmcs","drivers":{"whmcs":{"url":"https://host/","token":"t"}}}}`,
			whmcs, "",
		},
		{"no drivers", `{"billing_integration":{"type":"whmcs","drivers":[]}}`, BillingIntegration{Type: "whmcs"}, ""},
		{
			"drivers null", `{"billing_integration":{"type":"whmcs","drivers":null}}`,
			BillingIntegration{Type: "whmcs"}, "",
		},
		{
			"no driver of the type", `{"billing_integration":{"type":"whmcs","drivers":{"other":[]}}}`,
			BillingIntegration{Type: "whmcs"}, "",
		},
		{
			"a driver as an empty list", `{"billing_integration":{"type":"whmcs","drivers":{"whmcs":[]}}}`,
			BillingIntegration{Type: "whmcs"}, "",
		},
		{
			"a driver as empty text", `{"billing_integration":{"type":"whmcs","drivers":{"whmcs":""}}}`,
			BillingIntegration{Type: "whmcs"}, "",
		},
		{"a type null", `{"billing_integration":{"type":null,"drivers":{}}}`, BillingIntegration{}, ""},
		{"null", `{"billing_integration":null}`, BillingIntegration{}, ""},
		{"an empty list", `{"billing_integration":[]}`, BillingIntegration{}, ""},
		{"false", `{"billing_integration":false}`, BillingIntegration{}, ""},
		{"missing", `{}`, BillingIntegration{}, ""},
		{"no settings", `[]`, BillingIntegration{}, ""},
		{
			"text", `{"billing_integration":"whmcs"}`, BillingIntegration{},
			`"billing_integration" is text instead of an object`,
		},
		{
			"a type as an object", `{"billing_integration":{"type":{}}}`, BillingIntegration{},
			`"billing_integration.type" is an object instead of text`,
		},
		{
			"drivers as a list", `{"billing_integration":{"type":"whmcs","drivers":[{"url":"x"}]}}`,
			BillingIntegration{}, `"billing_integration.drivers" is a list instead of an object`,
		},
		{
			"a URL as a list",
			`{"billing_integration":{"type":"whmcs","drivers":{"whmcs":{"url":["x"],"token":"canary-token"}}}}`,
			BillingIntegration{}, `"billing_integration.drivers.whmcs.url" is a list instead of text`,
		},
		{
			"settings as text", `"x"`, BillingIntegration{},
			`settings: read: the panel's response cannot be read: it is text instead of an object`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := panelOf(t, http.StatusOK, `{"data":`+c.data+`}`)
			got, err := p.client.BillingIntegration(t.Context())
			assert.Equal(t, c.want, got)
			if c.says == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.says)
			plain(t, err)
			if strings.Contains(c.data, "canary-token") {
				assert.Equal(t, transport.Mask, p.client.Redact("canary-token"), "masked, although the settings cannot be read")
			}
		})
	}
}

// TestDecodeLists: the envelope of a list.
func TestDecodeLists(t *testing.T) {
	t.Parallel()
	for body, says := range map[string]string{
		`{"data":[{"id":1}]}`:                                              "",
		`{"data":{"0":{"id":1}}}`:                                          "",
		`{"data":{"3":{"id":1}},"meta":[]}`:                                "",
		`{"data":[{"id":1}],"meta":null,"links":5}`:                        "",
		`{"data":[{"id":1}],"meta":{"current_page":"1","last_page":"1"}}`:  "",
		`{"data":[{"id":1}],"meta":{"current_page":1.0,"last_page":null}}`: "",
		`{"data":{"id":1}}`:                                                `"data" is not a list`,
		`{"data":{}}`:                                                      `"data" is not a list`,
		`{"data":""}`:                                                      `"data" is not a list`,
		`{"data":false}`:                                                   `"data" is not a list`,
		`{"data":null}`:                                                    `there is no "data"`,
		`[]`:                                                               `there is no "data"`,
		`[{"id":1}]`:                                                       `it is a list instead of an object`,
		`{"data":[{"id":1}],"meta":{"current_page":1,"last_page":"last"}}`:             `"meta.last_page" is the text "last" instead of a whole number`,
		`{"data":[{"id":1}],"meta":{"current_page":[1],"last_page":2}}`:                `"meta.current_page" is a list instead of a whole number`,
		`{"data":[{"id":1}],"meta":"none"}`:                                            `"meta" is text instead of an object`,
		`{"data":[{"id":1},{"id":2,"vms":7}],"meta":{"current_page":1,"last_page":1}}`: `limit group 2: "vms" is the number 7 instead of an object`,
	} {
		groups, err := panelOf(t, http.StatusOK, body).client.LimitGroups(t.Context())
		if says == "" {
			require.NoError(t, err, body)
			assert.Equal(t, []LimitGroup{{ID: "1"}}, groups, body)
			continue
		}
		require.ErrorIs(t, err, ErrUnreadable, body)
		require.ErrorContains(t, err, says, body)
		plain(t, err)
		var incomplete *lenient.IncompleteList
		if errors.As(err, &incomplete) {
			assert.Equal(t, []LimitGroup{{ID: "1"}}, groups, "the others accompany the error")
			continue
		}
		assert.Nil(t, groups, body)
	}
}

// TestOddNeighbours: an object that cannot be read does not hinder reads and creations of other objects.
func TestOddNeighbours(t *testing.T) {
	t.Parallel()
	rows := []string{`{"id":1,"name":"a"}`, `{"id":2,"name":"b","vms":"odd"}`}
	p := newPanel(t, func(_ int, r *http.Request, _ string, w http.ResponseWriter) {
		id, single := strings.CutPrefix(r.URL.Path, "/api/v1/limit_groups/")
		switch {
		case r.Method == http.MethodPost:
			answer(w, http.StatusCreated, `{"data":{"id":3,"name":"c"}}`)
		case single:
			answer(w, http.StatusOK, `{"data":`+rows[id[0]-'1']+`}`)
		default:
			answer(w, http.StatusOK, `{"data":[`+strings.Join(rows, ",")+`]}`)
		}
	})
	made, err := p.client.CreateLimitGroup(t.Context(), LimitGroup{Name: "c"}, false)
	require.NoError(t, err)
	assert.Equal(t, "3", made.ID)
	group, err := p.client.LimitGroup(t.Context(), "1")
	require.NoError(t, err)
	assert.Equal(t, "a", group.Name)
	_, err = p.client.LimitGroup(t.Context(), "2")
	require.ErrorContains(t, err, `limit group 2: read: the panel's response cannot be read: "vms" is text instead of an object`)
	_, err = p.client.CreateLimitGroup(t.Context(), LimitGroup{Name: "b"}, false)
	var exists *creation.ExistsError
	require.ErrorAs(t, err, &exists)
	gone := confirmNotFound(t.Context(), transport.ErrNotFound, "limit group", "3", p.client.limitGroups.List,
		func(g LimitGroup) string { return g.ID })
	require.ErrorIs(t, gone, transport.ErrNotFound, "the list shows it, whatever else it has")
	rows[1] = `{"id":2,"name":["c"]}`
	_, err = p.client.CreateLimitGroup(t.Context(), LimitGroup{Name: "c"}, false)
	require.ErrorContains(t, err, `limit group 2: "name" is a list instead of text`, "its name may be taken")
}

// TestUsersByEmail_oddNeighbour: another user that cannot be read does not hinder the search.
func TestUsersByEmail_oddNeighbour(t *testing.T) {
	t.Parallel()
	p := panelOf(t, http.StatusOK, `{"data":[{"id":1,"email":["x"],"roles":5},{"id":2,"email":"a@example.com"},{"id":3,"email":"aa@example.com","status":{}}]}`)
	users, err := p.client.UsersByEmail(t.Context(), "A@example.com")
	require.NoError(t, err)
	assert.Equal(t, []User{{ID: "2", Email: "a@example.com", Roles: []string{}}}, users)
	_, err = p.client.UsersByEmail(t.Context(), "aa@example.com")
	require.ErrorContains(t, err, `user 3: "status" is an object instead of text`)
}

// TestRefusals: each form of an error is a refusal of the panel, never a lost response.
func TestRefusals(t *testing.T) {
	t.Parallel()
	const status = "the panel answered Unprocessable Entity"
	for body, want := range map[string]struct {
		message string
		fields  []FieldError
	}{
		`{"message":"No.","errors":{"name":["Taken.","Really."],"vms.limit":"Too many."}}`: {"No.", []FieldError{{"name", "Taken. Really."}, {"vms.limit", "Too many."}}},
		`{"errors":{"name":["Taken."]}}`:                                        {status + "; name: Taken", []FieldError{{"name", "Taken."}}},
		`{"errors":{"vms":{"limit":["Too many."]}}}`:                            {status + "; vms.limit: Too many", []FieldError{{"vms.limit", "Too many."}}},
		`{"errors":{"vms":[]}}`:                                                 {status, nil},
		`{"errors":[]}`:                                                         {status, nil},
		`{"errors":null,"error":"No."}`:                                         {"No.", nil},
		`{"message":"No.","errors":[]}`:                                         {"No.", nil},
		`{"errors":["Taken.","Too long."]}`:                                     {"Taken. Too long.", nil},
		`{"errors":[{"field":"name","message":"Taken."}]}`:                      {status + "; name: Taken", []FieldError{{"name", "Taken."}}},
		`{"errors":[{"name":["Taken."]}]}`:                                      {status + "; name: Taken", []FieldError{{"name", "Taken."}}},
		`{"errors":"Taken."}`:                                                   {"Taken.", nil},
		`{"error":"Taken."}`:                                                    {"Taken.", nil},
		`{"error":{"code":5,"message":"Taken."}}`:                               {"Taken.", nil},
		`{"error":["Taken.",5]}`:                                                {"Taken. 5", nil},
		`{"message":["Taken.","Really."]}`:                                      {"Taken. Really.", nil},
		`{"message":{"message":"Taken."}}`:                                      {"Taken.", nil},
		`{"message":""}`:                                                        {status, nil},
		`{"message":"` + testToken + `","errors":{"name":"` + testToken + `"}}`: {transport.Mask, []FieldError{{"name", transport.Mask}}},
	} {
		p := newPanel(t, func(_ int, r *http.Request, _ string, w http.ResponseWriter) {
			if r.Method == http.MethodPost {
				answer(w, http.StatusUnprocessableEntity, body)
				return
			}
			answer(w, http.StatusOK, `{"data":[]}`)
		})
		_, err := p.client.CreateLimitGroup(t.Context(), LimitGroup{Name: "x"}, false)
		var lost *creation.LostError
		require.NotErrorAs(t, err, &lost, body)
		var failure *Error
		require.ErrorAs(t, err, &failure, body)
		assert.True(t, failure.Refused(), body)
		assert.Equal(t, want.message, failure.Message, body)
		assert.Equal(t, want.fields, failure.Fields, body)
	}
}

// TestRefusals_notFound: only an error with a message says that an object does not exist.
func TestRefusals_notFound(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]bool{`{"message":"No."}`: true, `{"error":"Not Found"}`: false, `{"errors":[]}`: false,
		`{"message":null}`: false, `{"message":null,"error":"Not Found"}`: false, `{"message":["No."]}`: false, `{"message":5}`: false,
	} {
		_, err := panelOf(t, http.StatusNotFound, body).client.Server(t.Context(), "7")
		assert.Equal(t, want, isGone(err), body)
	}
}

// TestTokenAnswers: the secret is kept, whatever else the response has.
func TestTokenAnswers(t *testing.T) {
	t.Parallel()
	const secret = "secret-cafe\u0301-canary" // a secret keeps its Unicode form
	const row = `{"id":"0191-ab","name":"WHMCS","user":{"id":4}}`
	whole := APIToken{ID: "0191-ab", Name: "WHMCS", UserID: "4", Token: secret}
	alone := APIToken{ID: "0191-ab", Name: "WHMCS", Token: secret}
	for body, want := range map[string]APIToken{
		`{"data":{"token":` + row + `,"access_token":"` + secret + `"}}`:                             whole,
		`{"token":` + row + `,"access_token":"` + secret + `"}`:                                      whole,
		`{"token":` + row + `,"access_token":"` + secret + `","data":[]}`:                            whole,
		`{"token":` + row + `,"access_token":"` + secret + `","data":null}`:                          whole,
		`{"data":` + strings.TrimSuffix(row, "}") + `,"access_token":"` + secret + `"}}`:             whole,
		strings.TrimSuffix(row, "}") + `,"access_token":"` + secret + `"}`:                           whole,
		`{"data":{"access_token":"` + secret + `"}}`:                                                 alone,
		`{"access_token":"` + secret + `"}`:                                                          alone,
		`{"data":{"token":null,"access_token":"` + secret + `"}}`:                                    alone,
		`{"data":{"token":[],"access_token":"` + secret + `"}}`:                                      alone,
		`{"data":{"token":"0191-ab","access_token":"` + secret + `"}}`:                               alone,
		`{"data":{"token":{"id":["a"]},"access_token":"` + secret + `"}}`:                            alone,
		`{"data":{"token":{"id":"0191-ab","name":[],"user":"odd"},"access_token":"` + secret + `"}}`: {ID: "0191-ab", Name: "WHMCS", UserID: "odd", Token: secret},
		`{"data":{"token":{"id":"0191-ab","user":[{"id":4}]},"access_token":"` + secret + `"}}`:      alone,
		`{"data":{"token":{"id":7,"name":"WHMCS","user":{"id":4}},"access_token":"` + secret + `"}}`: {ID: "7", Name: "WHMCS", UserID: "4", Token: secret},
	} {
		p, _ := tokenPanel(t, body, 1)
		got, err := p.client.CreateAPIToken(t.Context(), "WHMCS", "4", true)
		require.NoError(t, err, body)
		assert.Equal(t, want, got, body)
		assert.Equal(t, transport.Mask, p.client.Redact(secret), body)
	}
}

// tokenPanel is a panel with a token "WHMCS". A creation adds tokens of this name and sends the response.
func tokenPanel(t *testing.T, body string, added int) (p *panel, posts *int) {
	t.Helper()
	rows := []string{`{"id":"0000","name":"WHMCS","user":{"id":4}}`}
	posts = new(int)
	return newPanel(t, func(_ int, r *http.Request, _ string, w http.ResponseWriter) {
		if r.Method != http.MethodPost {
			answer(w, http.StatusOK, page(t, r, 10, rows))
			return
		}
		*posts++
		rows = append(rows, []string{`{"id":"0191-ab","name":"WHMCS","user":{"id":4}}`, `{"id":"0191-ac","name":"WHMCS"}`}[:added]...)
		answer(w, http.StatusCreated, body)
	}), posts
}

// TestTokenAnswers_withoutAnID: if the list does not show which token is the new one, the error names the new ones.
func TestTokenAnswers_withoutAnID(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		body     string
		added    int
		suspects []string
		says     string
	}{
		{
			`{"data":{"access_token":"secret-canary-7"}}`, 2, []string{"0191-ab", "0191-ac"},
			"the list has 2 new tokens with this name",
		},
		{`{"data":{"access_token":"secret-canary-7"}}`, 0, nil, "the list has 0 new tokens with this name"},
		{`{"data":{"token":{"id":"0191-ab"}}}`, 1, []string{"0191-ab"}, `there is no "access_token"`},
		{`{"data":{"access_token":["secret-canary-7"]}}`, 1, []string{"0191-ab"}, `there is no "access_token"`},
	} {
		p, posts := tokenPanel(t, c.body, c.added)
		_, err := p.client.CreateAPIToken(t.Context(), "WHMCS", "4", true)
		var lost *creation.LostError
		require.ErrorAs(t, err, &lost)
		assert.Equal(t, c.suspects, lost.Suspects)
		require.ErrorContains(t, err, c.says)
		assert.NotContains(t, err.Error(), "secret-canary-7")
		assert.Equal(t, 1, *posts)
	}
}
