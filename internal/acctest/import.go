package acctest

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
)

// ImportThenPlan applies a configuration, forgets its resources without destroying them, imports them again by id, and asserts that
// the plan then has nothing to do.
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
