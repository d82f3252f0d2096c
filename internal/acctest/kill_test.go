package acctest_test

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

// killRunbook is one of the runbooks as it is killed.
type killRunbook struct {
	folder string // below examples/runbooks
	// prepare sets up the systems, and variables are the runbook's.
	prepare   func(sb *sandbox.Sandbox)
	variables func(t *testing.T, sb *sandbox.Sandbox) map[string]any
}

var killRunbooks = []killRunbook{
	{folder: "toplink-dcim", variables: func(t *testing.T, sb *sandbox.Sandbox) map[string]any {
		t.Helper()
		host, port, err := net.SplitHostPort(strings.TrimPrefix(sb.DCIM.URL(), "http://"))
		require.NoError(t, err)
		return map[string]any{
			"whmcs_ip_addresses": []string{host}, "dcim": map[string]any{"hostname": host, "ip_address": host, "secure": false, "port": json.Number(port)},
		}
	}},
	{folder: "solusvm2-postpay", prepare: func(sb *sandbox.Sandbox) { sb.WHMCS.SetSafetySettings(acctest.LandingPageSettings) }, variables: func(t *testing.T, sb *sandbox.Sandbox) map[string]any {
		t.Helper()
		return map[string]any{
			"panel_url": sb.SolusVM2.URL(), "token_prices": map[string]string{"USD": "0.0125", "EUR": "0.0115", "INR": "1.04"}, "landing_page": "<h1>Cloud</h1>",
		}
	}},
}

// systems are the systems of one run of a runbook.
type systems struct {
	*testing.T
	sb *sandbox.Sandbox
}

func newSystems(t *testing.T, book killRunbook) systems {
	t.Helper()
	sb := acctest.NewSandbox(t, sandbox.Options{})
	if book.prepare != nil {
		book.prepare(sb)
	}
	return systems{t, sb}
}

// files are the configuration of a runbook, by name.
func (b killRunbook) files(t *testing.T) map[string]string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("..", "..", "examples", "runbooks", b.folder, "*.tf"))
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	files := map[string]string{}
	for _, path := range paths {
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		files[filepath.Base(path)] = string(content)
	}
	return files
}

// boundary is a moment at which something is killed: the nth write, or read, before or after it was carried out.
type boundary struct {
	victim string // "provider", "terraform", or "" for the provider of a workspace
	write  bool
	nth    int
	done   bool
}

func (b boundary) String() string {
	what, when := "read", "before"
	if b.write {
		what = "write"
	}
	if b.done {
		when = "after"
	}
	return strings.TrimSpace(fmt.Sprintf("%s %s %s %d", b.victim, when, what, b.nth))
}

// at calls do when the boundary is reached, while the request waits. The request continues if do returns true.
func (s systems) at(b boundary, do func() bool) {
	var mutex sync.Mutex
	seen := 0
	s.sb.OnBoundary(func(m sandbox.Boundary) bool {
		if m.Write != b.write || m.Done != b.done {
			return true
		}
		mutex.Lock()
		seen++
		due := seen == b.nth
		mutex.Unlock()
		return !due || do()
	})
}

// counting counts the requests of a run, by whether they write.
func (s systems) counting() map[bool]int {
	var mutex sync.Mutex
	count := map[bool]int{}
	s.sb.OnBoundary(func(m sandbox.Boundary) bool {
		mutex.Lock()
		defer mutex.Unlock()
		if m.Done {
			count[m.Write]++
		}
		return true
	})
	return count
}

// boundaries are all moments of a run: before and after each write, and after the response to each read.
func boundaries(victim string, count map[bool]int) []boundary {
	var all []boundary
	for _, done := range []bool{false, true} {
		for nth := 1; nth <= count[true]; nth++ {
			all = append(all, boundary{victim, true, nth, done})
		}
	}
	for nth := 1; nth <= count[false]; nth++ {
		all = append(all, boundary{victim, false, nth, true})
	}
	return all
}

// deleteToken deletes an API token in the panel.
func (s systems) deleteToken(id string) {
	s.Helper()
	deleted := 0
	s.sb.SolusVM2.Mutate(func(state *sandbox.SolusVM2State) {
		before := len(state.Tokens)
		state.Tokens = slices.DeleteFunc(state.Tokens, func(token sandbox.PanelToken) bool { return token.ID == id })
		deleted = before - len(state.Tokens)
	})
	require.Equal(s, 1, deleted, "the message names a token that is not there")
}

// failedApply is an error of an apply, and the address of the object that it is about.
type failedApply struct{ Severity, Summary, Detail, Address string }

// repair follows the errors of an apply. It imports existing objects, or deletes the API key or token whose secret was
// lost. adopt adds an import block to the configuration. It returns the number of these objects.
func (s systems) repair(failures []failedApply, adopt func(hcl string)) int {
	s.Helper()
	for _, d := range failures {
		found := importID.FindStringSubmatch(d.Detail)
		require.NotNil(s, found, "the next apply neither converges nor stops with an import block: %s: %s: %s", d.Address, d.Summary, d.Detail)
		switch found[1] {
		case "hosting_dcim_api_key":
			require.Contains(s, d.Detail, "Its secret cannot be read any more")
			id, err := strconv.ParseInt(found[2], 10, 64)
			require.NoError(s, err)
			s.sb.DCIM.DeleteAPIKey(id)
		case "hosting_solusvm2_api_token":
			require.Contains(s, d.Detail, "Its secret cannot be recovered")
			s.deleteToken(found[2])
		default:
			adopt(fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", d.Address, found[2]))
		}
	}
	return len(failures)
}

// census counts the objects of the systems, and says whether the panel and WHMCS are connected. The systems of two runs
// have different addresses, so a word replaces each address.
func (s systems) census() map[string]any {
	bound := 0
	for _, machine := range s.sb.DCIM.Machines() {
		if machine.PackageID != 0 {
			bound++
		}
	}
	found := map[string]any{"api keys": len(s.sb.DCIM.APIKeys()), "packages": len(s.sb.DCIM.Packages()), "bound": bound}
	s.sb.WHMCS.View(func(state *sandbox.State) {
		for name, table := range state.Tables {
			if strings.HasPrefix(name, "tbl") && name != "tblactivitylog" && len(table.Rows) > 0 {
				found[name] = len(table.Rows)
			}
		}
		found["active addons"] = state.Settings["ActiveAddonModules"]
	})
	name := strings.NewReplacer(s.sb.WHMCS.URL(), "<WHMCS>", s.sb.SolusVM2.URL(), "<panel>").Replace
	settings := s.sb.WHMCS.PostPay()
	found["addon's url"] = name(settings["url"])
	var integration []byte
	var err error
	s.sb.SolusVM2.View(func(state *sandbox.SolusVM2State) {
		found["limit groups"], found["tokens"] = len(state.LimitGroups), len(state.Tokens)
		// The addon holds the secret of a token that the panel still knows.
		found["addon's token is the panel's"] = slices.ContainsFunc(state.Tokens, func(token sandbox.PanelToken) bool { return token.Secret == settings["api_key"] })
		integration, err = json.Marshal(state.Settings["billing_integration"])
	})
	require.NoError(s, err)
	found["panel's integration"] = name(string(integration))
	if token := settings["integration_token"]; token != "" {
		found["panel's integration"] = strings.ReplaceAll(name(string(integration)), token, "<token>")
	}
	return found
}
