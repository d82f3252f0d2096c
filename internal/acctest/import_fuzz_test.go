package acctest_test

import (
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
)

// FuzzImportID: an import refuses an id with an error that states the valid form. If it accepts the id unchanged, no
// path, query or list of a system can misread the id.
func FuzzImportID(f *testing.F) {
	for _, id := range []string{
		"", "0", "1", "7", "007", "-1", "+1", "1.0", "1e3", "18446744073709551615", "99999999999999999999", "100000000000000000000", " 7", "7\n", "7/../8", "7?x=1", "7,8", "7%2F8", "..", "٣", "７",
		"0191-ab", "3f0c1f5e-0000-4000-8000-000000000001", "solusvm2", "servers/toplink_dcim", "a\x00b", strings.Repeat("9", 200), strings.Repeat("a", 129), "host.example.com/7", "null", "é",
	} {
		f.Add(id)
	}
	p := acctest.NewProtocol(f, "test")
	require.Empty(f, p.Configure(f, nil))
	f.Fuzz(func(t *testing.T, id string) {
		if !utf8.ValidString(id) {
			return // Terraform sends no such text
		}
		for typeName := range p.Resources() {
			state, diagnostics := p.ImportID(t, typeName, id)
			if state == nil {
				require.NotEmpty(t, diagnostics, "%s %q", typeName, id)
				require.NotEmpty(t, diagnostics[0].Detail)
				continue
			}
			require.Equal(t, id, acctest.Text(t, state["id"]), typeName)
			require.NotEmpty(t, id, typeName)
			require.LessOrEqual(t, len(id), 128, typeName)
			require.Equal(t, id, url.PathEscape(id), typeName)
			require.Equal(t, id, url.QueryEscape(id), typeName)
			require.NotContains(t, id, ".", typeName)
		}
	})
}
