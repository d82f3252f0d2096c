package solusvm2

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

func TestDecodePlans(t *testing.T) {
	t.Parallel()
	plan := func(change func(*Plan)) func(*Plan) {
		return func(p *Plan) {
			p.ID = "7"
			if change != nil {
				change(p)
			}
		}
	}
	same := plan(nil)
	hour := func(tokens int64) func(*Plan) { return plan(func(p *Plan) { p.TokensPerHour = tokens }) }
	decodeTable(t, "plan", planRow.plan, []oddShape[Plan]{
		{"nothing but an id", `{"id":7}`, same, ""},
		{"an id as text", `{"id":"7"}`, same, ""},
		{
			"the form of the vendor's client",
			`{"id":7,"name":"KVM S","virtualization_type":"kvm","is_visible":true,"params":{"disk":20,"ram":1073741824,"vcpu":1},
				"tokens_per_hour":2,"tokens_per_month":1000,"ip_tokens_per_hour":1,"ip_tokens_per_month":300}`,
			plan(func(p *Plan) {
				*p = Plan{
					ID: "7", Name: "KVM S", VirtualizationType: "kvm", IsVisible: true, VCPU: 1, RAMBytes: 1 << 30, DiskGiB: 20,
					TokensPerHour: 2, TokensPerMonth: 1000, IPTokensPerHour: 1, IPTokensPerMonth: 300,
				}
			}), "",
		},
		{"tokens as text", `{"id":7,"tokens_per_hour":"2"}`, hour(2), ""},
		{"tokens with zeros", `{"id":7,"tokens_per_hour":2.00}`, hour(2), ""},
		{"tokens as an exponent", `{"id":7,"tokens_per_hour":2e3}`, hour(2000), ""},
		{"tokens null", `{"id":7,"tokens_per_hour":null,"ip_tokens_per_hour":null}`, same, ""},
		{"parameters null", `{"id":7,"params":null}`, same, ""},
		{"parameters as an empty list", `{"id":7,"params":[]}`, same, ""},
		{"visible as a number", `{"id":7,"is_visible":1}`, plan(func(p *Plan) { p.IsVisible = true }), ""},
		{"visible as text", `{"id":7,"is_visible":"0"}`, same, ""},
		{"a name that is a number", `{"id":7,"name":2024}`, plan(func(p *Plan) { p.Name = "2024" }), ""},
		{"a type as an object", `{"id":7,"virtualization_type":{"a":1}}`, same, ""},
		{
			"half a token", `{"id":7,"tokens_per_hour":0.5}`, nil,
			`plan 7: "tokens_per_hour" is the number 0.5 instead of a whole number`,
		},
		{
			"tokens as a word", `{"id":7,"tokens_per_month":"free"}`, nil,
			`plan 7: "tokens_per_month" is the text "free" instead of a whole number`,
		},
		{"parameters as text", `{"id":7,"params":"small"}`, nil, `plan 7: "params" is text instead of an object`},
		{"a name as a list", `{"id":7,"name":["S"]}`, nil, `plan 7: "name" is a list instead of text`},
		{"no id", `{"name":"S"}`, nil, `element 2 of the list has no id`},
	})
}

// usageClient returns a client of a panel whose usage has these pages.
func usageClient(t *testing.T, pages ...string) (*Client, *[]url.Values) {
	t.Helper()
	client, err := New(Config{URL: "https://panel.example.net", Token: testToken})
	require.NoError(t, err)
	var sent []url.Values
	client.httpDo = func(_ context.Context, r transport.Request) (*transport.Response, error) {
		sent = append(sent, r.Query)
		return &transport.Response{StatusCode: http.StatusOK, Body: []byte(pages[len(sent)-1])}, nil
	}
	return client, &sent
}

func TestEachUsage(t *testing.T) {
	t.Parallel()
	client, sent := usageClient(t,
		`{"data":[{"user_id":3,"billing_user_id":"17","resources":[{"id":7,"name":"web","total_tokens":"5","created_at":"2026-10-02",
			"terminated_at":null,"usage":[{"type":"plan","description":"KVM S","quantity":2,"tokens":4},{"type":"ip","tokens":1}]}]}],
			"meta":{"current_page":1,"last_page":2}}`,
		`{"data":[{"user_id":null,"billing_user_id":18,"resources":{"0":{"id":"8","terminated_at":"2026-10-03","usage":[]}}},
			{"user_id":5,"billing_user_id":null,"resources":null}],"meta":{"current_page":2,"last_page":2}}`)
	var users []UserUsage
	require.NoError(t, client.EachUsage(t.Context(), "2026-10", "Asia/Kolkata", func(user UserUsage) error {
		users = append(users, user)
		return nil
	}))
	assert.Equal(t, []UserUsage{
		{UserID: "3", BillingUserID: "17", Servers: []ServerUsage{{
			ID: "7", Name: "web", Tokens: 5, CreatedAt: "2026-10-02",
			Entries: []UsageEntry{{Type: "plan", Description: "KVM S", Tokens: 4}, {Type: "ip", Tokens: 1}},
		}}},
		{BillingUserID: "18", Servers: []ServerUsage{{ID: "8", TerminatedAt: "2026-10-03"}}},
		{UserID: "5"},
	}, users)
	for i, page := range []string{"1", "2"} {
		assert.Equal(t, url.Values{"filter[period]": {"2026-10"}, "timezone": {"Asia/Kolkata"}, "page": {page}}, (*sent)[i])
	}
}

// TestEachUsage_errors: an unreadable row stops the report, because a report without it would be too low.
func TestEachUsage_errors(t *testing.T) {
	t.Parallel()
	for page, says := range map[string]string{
		`{"data":[{"user_id":3,"resources":[{"id":7,"total_tokens":"many"}]}]}`: `usage of user 3: ` +
			`"resources.0.total_tokens" is the text "many" instead of a whole number`,
		`{"data":[{"resources":[]}]}`:                       "element 1 of the list has no id",
		`{"data":[{"user_id":3,"resources":"none today"}]}`: `"resources" is text instead of a list`,
		`{"data":"none"}`:                                   `"data" is not a list`,
	} {
		client, _ := usageClient(t, page)
		err := client.EachUsage(t.Context(), "2026-10", "UTC", func(UserUsage) error { return nil })
		require.ErrorIs(t, err, ErrUnreadable)
		assert.ErrorContains(t, err, says)
	}
	client, sent := usageClient(t, `{"data":[{"user_id":3},{"user_id":4}],"meta":{"current_page":1,"last_page":2}}`)
	full := errors.New("the disk is full")
	require.ErrorIs(t, client.EachUsage(t.Context(), "2026-10", "UTC", func(UserUsage) error { return full }), full)
	assert.Len(t, *sent, 1, "the next page was requested")
}
