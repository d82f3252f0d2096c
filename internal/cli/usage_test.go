package cli

import (
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/sandboxtest"
)

func TestUsage(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{SolusVM2: sandbox.SolusVM2Options{ExtraServers: 40}})
	start := time.Date(2026, 10, 30, 0, 0, 0, 0, time.UTC)
	sb.SolusVM2.Mutate(func(s *sandbox.SolusVM2State) {
		for i := range s.Servers {
			s.Servers[i].CreatedAt = start
		}
		s.Servers[0].Name, s.Servers[1].Name = "=HYPERLINK(1)", "web\x1b[31m\tred"
		gone := start.Add(time.Hour)
		s.Servers[2].TerminatedAt = &gone
		s.Users[1].BillingUserID = 17
	})
	t.Setenv("SOLUSVM2_URL", sb.SolusVM2.URL())
	t.Setenv("SOLUSVM2_TOKEN", sb.SolusVM2.AdminToken())

	code, out, errOut := run("usage", "--period", "2026-10", "--format", "csv")
	require.Equal(t, exitOK, code, errOut)
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 46)
	assert.Equal(t, usageColumns, rows[0])
	assert.Equal(t, []string{"2", "17", "2", "web\x1b[31m\tred", "KVM S", "96", "2026-10-30T00:00:00.000000Z", ""}, rows[1])
	assert.Contains(t, out, "'=HYPERLINK(1)")

	code, out, errOut = run("usage", "--period", "2026-10", "--format", "json")
	require.Equal(t, exitOK, code, errOut)
	tokens, lines := int64(0), strings.Split(strings.TrimSpace(out), "\n")
	for _, text := range lines {
		var line usageLine
		require.NoError(t, json.Unmarshal([]byte(text), &line))
		tokens += line.Tokens
		if line.ServerID == "3" {
			assert.Equal(t, "2026-10-30T01:00:00.000000Z", line.TerminatedAt)
			assert.Empty(t, line.Plan, "SolusVM 2 no longer shows the plan")
		}
	}
	assert.Len(t, lines, 45)
	assert.EqualValues(t, 44*96+2, tokens)

	code, out, errOut = run("usage", "--period", "2026-10")
	require.Equal(t, exitOK, code, errOut)
	assert.Contains(t, out, "web�[31m�red")
	assert.NotContains(t, out, "\x1b")

	code, _, errOut = run("usage", "--period", "2026-10", "--timezone", "Mumbai")
	require.Equal(t, exitFailed, code)
	assert.Contains(t, errOut, "Error: the usage of 2026-10 could not be read: ")
	t.Setenv("SOLUSVM2_TOKEN", "wrong")
	code, out, errOut = run("usage", "--period", "2026-10")
	require.Equal(t, exitFailed, code)
	require.Empty(t, out)
	assert.Contains(t, errOut, "Error: the plans of the virtual servers could not be read: ")
	t.Setenv("SOLUSVM2_TOKEN", "")
	for says, args := range map[string][]string{
		`"period" not set`:                            {"usage"},
		`--period is a month such as 2026-10`:         {"usage", "--period", "October"},
		`--format is table, csv or json`:              {"usage", "--period", "2026-10", "--format", "xml"},
		`SOLUSVM2_URL and SOLUSVM2_TOKEN must be set`: {"usage", "--period", "2026-10"},
	} {
		code, _, errOut = run(args...)
		require.Equal(t, exitUsage, code, errOut)
		assert.Contains(t, errOut, says)
	}
}
