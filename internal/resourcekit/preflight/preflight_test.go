package preflight

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/transport"
)

func masked(text string) string { return strings.ReplaceAll(text, "hunter2", "***") }

func TestSave(t *testing.T) {
	report := NewReport([]string{"first", "second", "third"})
	report.Pass("of_later", Seen, "unknown here")
	report.Fail("third", Seen, "the secret is\n\x07hunter2 "+strings.Repeat("é", 2*longest), "Do hunter2 something")
	report.Pass("first", Documented, "fine")
	m := Model{IgnoreChecks: types.SetValueMust(types.StringType, []attr.Value{types.StringValue("second")})}
	require.Empty(t, report.Save(t.Context(), &m, masked))
	assert.False(t, m.OK.ValueBool())
	require.Len(t, m.Findings, 3)
	assert.Equal(t, Finding{Check: "first", OK: true, Grade: Documented, Detail: "fine."}, m.Findings[0])
	assert.Equal(t, "Do *** something.", m.Findings[1].Remedy)
	assert.True(t, strings.HasPrefix(m.Findings[1].Detail, "the secret is *** éé"), m.Findings[1].Detail)
	assert.Less(t, len([]rune(m.Findings[1].Detail)), longest+10)
	assert.Equal(t, "of_later", m.Findings[2].Check)

	m.IgnoreChecks = types.SetValueMust(types.StringType, []attr.Value{types.StringValue("third")})
	require.Empty(t, report.Save(t.Context(), &m, masked))
	assert.True(t, m.OK.ValueBool())
	assert.Len(t, m.Findings, 3, "what is ignored stays listed")

	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	assert.True(t, report.Save(canceled, &m, masked).HasError(), "half a preflight is none")
}

func TestEncryption(t *testing.T) {
	https := transport.Endpoint{Scheme: "https", Host: "whmcs.example.com", Verified: true}
	blind := transport.Endpoint{Scheme: "https", Host: "whmcs.example.com"}
	refused := &transport.Error{Kind: transport.KindDial}
	for _, c := range []struct {
		name  string
		at    transport.Endpoint
		asked bool
		err   error
		want  string // "" = no finding
	}{
		{"accepted", https, true, nil, "ok"},
		{"accepted, with a refusal", https, true, errors.New("no"), "ok"},
		{"accepted, with a page of an overloaded server", https, true, &transport.Error{Kind: transport.KindServerError, StatusCode: 503}, "ok"},
		{"nobody there", https, true, refused, ""},
		{"not asked", https, false, nil, ""},
		{"certificate refused", https, true, &transport.Error{Kind: transport.KindTLS, Detail: "expired", Remedy: "Renew it."}, "expired"},
		{"not verified", blind, true, nil, "insecure_skip_verify"},
		{"not verified, nobody there", blind, true, refused, "insecure_skip_verify"},
		{"plain", transport.Endpoint{Scheme: "http", Host: "whmcs.example.com"}, false, nil, "http://"},
		{"plain, to this machine", transport.Endpoint{Scheme: "http", Host: "127.0.0.1"}, true, nil, "ok"},
		{"plain, to this machine by name", transport.Endpoint{Scheme: "http", Host: "localhost"}, true, nil, "ok"},
		{"plain, to this machine, IPv6", transport.Endpoint{Scheme: "http", Host: "::1"}, true, nil, "ok"},
		{"plain to a port for TLS", transport.Endpoint{Scheme: "http", Host: "::1"}, true, &transport.Error{Kind: transport.KindTLS, Detail: "the port expects TLS"}, "expects TLS"},
	} {
		report := NewReport(nil)
		report.Encryption(c.at, c.asked, c.err)
		switch c.want {
		case "":
			assert.Empty(t, report.findings, c.name)
		case "ok":
			require.Len(t, report.findings, 1, c.name)
			assert.True(t, report.findings[0].OK, c.name)
		default:
			require.Len(t, report.findings, 1, c.name)
			assert.False(t, report.findings[0].OK, c.name)
			assert.Contains(t, report.findings[0].Detail, c.want, c.name)
		}
	}
}
