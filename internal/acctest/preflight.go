package acctest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

// Finding is one finding of a preflight.
type Finding struct {
	Check, Grade, Detail, Remedy string
	OK                           bool
}

// Preflight is what a preflight came to.
type Preflight struct {
	OK       bool
	Findings []Finding
}

// Preflight reads a preflight, which must not fail, and holds every finding to its form.
func (p *Protocol) Preflight(t testing.TB, typeName string, config map[string]any) Preflight {
	t.Helper()
	state, diagnostics := p.ReadDataSource(t, typeName, config)
	require.Empty(t, Messages(diagnostics))
	var out Preflight
	require.NoError(t, state["ok"].As(&out.OK))
	var list []tftypes.Value
	require.NoError(t, state["findings"].As(&list))
	for _, element := range list {
		var object map[string]tftypes.Value
		require.NoError(t, element.As(&object))
		f := Finding{Check: Text(t, object["check"]), Grade: Text(t, object["grade"]), Detail: Text(t, object["detail"]), Remedy: Text(t, object["remedy"])}
		require.NoError(t, object["ok"].As(&f.OK))
		assert.Contains(t, []string{"documented", "seen", "assumed"}, f.Grade, f.Check)
		assert.NotEmpty(t, f.Detail, f.Check)
		assert.Equal(t, f.OK, f.Remedy == "", "a remedy is there when, and only when, it is needed: %+v", f)
		assert.NotContains(t, f.Detail+f.Remedy, "\n", f.Check)
		out.Findings = append(out.Findings, f)
	}
	return out
}

// Checks are the names of the findings, in their order.
func (p Preflight) Checks() []string {
	var out []string
	for _, f := range p.Findings {
		out = append(out, f.Check)
	}
	return out
}

// Failed are the names of the findings that are not ok.
func (p Preflight) Failed() []string {
	out := []string{}
	for _, f := range p.Findings {
		if !f.OK {
			out = append(out, f.Check)
		}
	}
	return out
}

// Finding is the finding of a check. Its Check is "" if the finding does not exist.
func (p Preflight) Finding(check string) Finding {
	for _, f := range p.Findings {
		if f.Check == check {
			return f
		}
	}
	return Finding{}
}

// Text is all that the findings say.
func (p Preflight) Text() string { return fmt.Sprintf("%+v", p.Findings) }

// AtHome makes WHMCS take itself to be where it is called: the sandbox is seeded with an address of its own.
func (e *Env) AtHome(t testing.TB) {
	t.Helper()
	if e.WHMCS.Name() != "sandbox" {
		return
	}
	e.Sandbox.WHMCS.Mutate(func(state *sandbox.State) {
		state.Settings["SystemURL"] = e.WHMCS.URL() + "/"
		state.Terraform["installation_system_url"] = state.Settings["SystemURL"]
	})
}

// CheckFinding checks one finding of a preflight in state: whether it is ok, and what its detail and remedy say.
func CheckFinding(address, check string, ok bool, words ...string) resource.TestCheckFunc {
	return func(state *terraform.State) error {
		rs, found := state.RootModule().Resources[address]
		if !found {
			return fmt.Errorf("%s is not in state", address)
		}
		attributes := rs.Primary.Attributes
		for i := 0; attributes[fmt.Sprintf("findings.%d.check", i)] != ""; i++ {
			at := fmt.Sprintf("findings.%d.", i)
			if attributes[at+"check"] != check {
				continue
			}
			text := attributes[at+"detail"] + " " + attributes[at+"remedy"]
			if attributes[at+"ok"] != fmt.Sprint(ok) {
				return fmt.Errorf("%s: ok is %s, want %t: %s", check, attributes[at+"ok"], ok, text)
			}
			for _, word := range words {
				if !strings.Contains(text, word) {
					return fmt.Errorf("%s says %q, want %q in it", check, text, word)
				}
			}
			return nil
		}
		return fmt.Errorf("%s has no finding %s", address, check)
	}
}
