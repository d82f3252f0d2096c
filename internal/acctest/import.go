package acctest

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/stretchr/testify/require"
	"github.com/zclconf/go-cty/cty"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest/workspace"
)

// ImportThenPlan applies a configuration, forgets its resources without destroying them, imports them again by id, and
// asserts that the plan then has nothing to do.
func ImportThenPlan(t *testing.T, env *Env, hcl string, addresses ...string) {
	t.Helper()
	ids := make([]string, len(addresses))
	save := make([]resource.TestCheckFunc, len(addresses))
	removed := make([]string, len(addresses))
	for i, address := range addresses {
		save[i] = SaveID(address, &ids[i])
		removed[i] = fmt.Sprintf("removed {\n  from = %s\n  lifecycle { destroy = false }\n}", address)
	}
	Test(t, resource.TestCase{
		ProtoV6ProviderFactories: Factories(),
		Steps: []resource.TestStep{
			{Config: env.Config(hcl), Check: resource.ComposeAggregateTestCheckFunc(save...)},
			{Config: env.Config(removed...)},
		},
	})
	imports := make([]string, len(addresses))
	checks := make([]plancheck.PlanCheck, len(addresses))
	for i, address := range addresses {
		imports[i] = fmt.Sprintf("import {\n  to = %s\n  id = %q\n}", address, ids[i])
		checks[i] = plancheck.ExpectResourceAction(address, plancheck.ResourceActionNoop)
	}
	Test(t, resource.TestCase{
		ProtoV6ProviderFactories: Factories(),
		Steps: []resource.TestStep{
			{
				Config:           env.Config(strings.Join(imports, "\n"), hcl),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: checks},
			},
			{Config: env.Config(hcl), ConfigPlanChecks: EmptyPlan()},
		},
	})
}

// ImportGenerated imports an object in process with the configuration that a generator writes for it. It requires that
// the configuration is valid, and that the plans before and after the apply are empty. It returns the configuration.
func ImportGenerated(t *testing.T, env *Env, by workspace.Generator, address, id string) string {
	t.Helper()
	p := &player{T: t, factory: Factories()["hosting"]}
	p.w = p.workspace()
	require.NoError(t, p.load(p.w, env.Config()))
	hcl, err := p.w.GenerateConfig(t.Context(), by, address, id)
	require.NoError(t, err)
	require.NoError(t, p.load(p.w, env.Config(hcl)))
	for _, when := range []string{"import", "plan after the apply"} {
		plan, err := p.w.Plan(t.Context(), workspace.Options{})
		require.NoError(t, err, when)
		for _, change := range plan.Changes {
			require.Equal(t, workspace.NoOp, change.Action, "%s: %s", when, differences(change.Before, change.After))
		}
		require.NoError(t, p.w.Apply(t.Context(), plan))
	}
	return hcl
}

// differences are the attributes in which two objects differ.
func differences(before, after cty.Value) string {
	if before.IsNull() || after.IsNull() {
		return "one of the objects is null"
	}
	var all []string
	for name, value := range before.AsValueMap() {
		if other := after.GetAttr(name); !value.RawEquals(other) {
			all = append(all, fmt.Sprintf("%s: %#v is planned as %#v", name, value, other))
		}
	}
	return strings.Join(all, "\n")
}

// Says matches a message that has the given texts in this order, however Terraform wraps its lines.
func Says(texts ...string) *regexp.Regexp {
	parts := make([]string, len(texts))
	for i, text := range texts {
		words := strings.Fields(text)
		for j, word := range words {
			words[j] = regexp.QuoteMeta(word)
		}
		parts[i] = strings.Join(words, `\s+`)
	}
	return regexp.MustCompile(`(?s)` + strings.Join(parts, `.*`))
}
