package landingpage_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

const (
	typeName = "hosting_solusvm2_landing_page"
	address  = typeName + ".test"
	file     = "templates/twenty-one/modules/addons/solusvm2/post-pay/landing-page.tpl"
)

// allowed are installations whose operator lets the template be written.
var allowed = acctest.Options{
	Sandbox: sandbox.Options{SafetySettings: &acctest.LandingPageSettings},
	PHP:     testhost.Options{CompanionLocal: acctest.LandingPageLocal},
}

func page(content string) string {
	return fmt.Sprintf("\nresource %q \"test\" {\n  content = %s\n}", typeName, content)
}

// holds checks what the file holds.
func holds(t *testing.T, env *acctest.Env, want string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if got, there := env.WHMCS.ReadFile(t, file); !there || got != want {
			return fmt.Errorf("the file holds %q, want %q", got, want)
		}
		return nil
	}
}

func TestAccLandingPage_lifecycle(t *testing.T) {
	acctest.Each(t, allowed, func(t *testing.T, env *acctest.Env) {
		env.WHMCS.WriteFile(t, file, "by hand")
		first, second := env.Config(page(`"<h1>{$LANG.cloud} & more</h1>\r\n"`)), env.Config(page(`"<h1>雲 🚀</h1>\n"`))
		update := acctest.Plan(address, plancheck.ResourceActionUpdate)
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{
					Config: first,
					Check: resource.ComposeAggregateTestCheckFunc(
						resource.TestCheckResourceAttr(address, "id", "1"), resource.TestCheckResourceAttr(address, "path", file),
						holds(t, env, "<h1>{$LANG.cloud} & more</h1>\r\n"),
					),
				},
				{Config: first, ConfigPlanChecks: acctest.EmptyPlan()},
				{ResourceName: address, ImportState: true, ImportStateVerify: true},
				{Config: second, ConfigPlanChecks: update, Check: holds(t, env, "<h1>雲 🚀</h1>\n")},
				// Drift, and a file that was removed.
				{PreConfig: func() { env.WHMCS.WriteFile(t, file, "edited") }, Config: second, ConfigPlanChecks: update, Check: holds(t, env, "<h1>雲 🚀</h1>\n")},
				{Config: second, ConfigPlanChecks: acctest.EmptyPlan()},
			},
		})
		require.NoError(t, holds(t, env, "by hand")(nil), "the destroy puts back what was there")
	})
}

// TestAccLandingPage_nothingBefore: a destroy leaves no file where there was none.
func TestAccLandingPage_nothingBefore(t *testing.T) {
	acctest.Each(t, allowed, func(t *testing.T, env *acctest.Env) {
		before := env.WHMCS.Files(t)
		later := env.Config(`
resource "terraform_data" "later" { input = "<h1>Later</h1>" }`, page("terraform_data.later.output"))
		acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{{Config: later, Check: holds(t, env, "<h1>Later</h1>")}}})
		_, there := env.WHMCS.ReadFile(t, file)
		assert.False(t, there)
		assert.Equal(t, before, env.WHMCS.Files(t))
	})
}

// TestAccLandingPage_otherTemplate: if another template becomes active, the next apply writes the file there. A destroy
// restores both files, also without an apply in between.
func TestAccLandingPage_otherTemplate(t *testing.T) {
	acctest.Each(t, allowed, func(t *testing.T, env *acctest.Env) {
		six := strings.Replace(file, "twenty-one", "six", 1)
		env.WHMCS.WriteFile(t, file, "by hand")
		env.WHMCS.WriteFile(t, six, "of six")
		config := env.Config(page(`"mine"`))
		now := func(path, want string) {
			t.Helper()
			got, _ := env.WHMCS.ReadFile(t, path)
			assert.Equal(t, want, got, path)
		}
		acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
			{Config: config},
			{
				PreConfig: func() { env.WHMCS.SetConfiguration(t, "Template", "six") },
				Config:    config, ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
				Check: resource.TestCheckResourceAttr(address, "path", six),
			},
			{Config: config, ConfigPlanChecks: acctest.EmptyPlan()},
		}})
		now(file, "by hand")
		now(six, "of six")
		env.WHMCS.SetConfiguration(t, "Template", "twenty-one")
		acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
			{Config: config},
			{PreConfig: func() { env.WHMCS.SetConfiguration(t, "Template", "six") }, RefreshState: true, ExpectNonEmptyPlan: true},
		}})
		now(file, "by hand")
		now(six, "of six")
	})
}

func TestAccLandingPage_importThenPlan(t *testing.T) {
	acctest.Each(t, allowed, func(t *testing.T, env *acctest.Env) {
		acctest.ImportThenPlan(t, env, page(`"<h1>Cloud</h1>"`), address)
	})
}

// TestAccLandingPage_importWithoutFile: a page whose file was removed cannot be imported, and a creation writes it
// again.
func TestAccLandingPage_importWithoutFile(t *testing.T) {
	acctest.Each(t, allowed, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		p.Do(t, typeName, nil, map[string]any{"content": "mine"})
		env.WHMCS.RemoveFile(t, file)
		_, diagnostics := env.Protocol(t).Import(t, typeName, map[string]any{"id": "1"})
		require.Len(t, diagnostics, 1)
		assert.Contains(t, acctest.Messages(diagnostics)[0], "Cannot import non-existent landing page template")
		p = env.Protocol(t)
		p.Do(t, typeName, nil, map[string]any{"content": "mine again"})
		require.NoError(t, holds(t, env, "mine again")(nil))
	})
}

// TestAccLandingPage_replacement: the plan warns of an existing file.
func TestAccLandingPage_replacement(t *testing.T) {
	acctest.Each(t, allowed, func(t *testing.T, env *acctest.Env) {
		env.WHMCS.WriteFile(t, file, "by hand")
		messages := acctest.Messages(env.Protocol(t).Plan(t, typeName, map[string]any{"content": "mine"}))
		require.Len(t, messages, 1)
		assert.Contains(t, messages[0], "warning at content: The apply replaces an existing landing page")
		assert.Contains(t, messages[0], "to = hosting_solusvm2_landing_page.<NAME>")
		assert.Empty(t, acctest.Messages(env.Protocol(t).Plan(t, typeName, map[string]any{"content": "by hand"})))
	})
}

// TestAccLandingPage_off: without the operator's word nothing is written, and the plan says so already.
func TestAccLandingPage_off(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		change, diagnostics := p.PlanChange(t, typeName, nil, map[string]any{"content": "mine"})
		require.Len(t, diagnostics, 1)
		assert.Contains(t, acctest.Messages(diagnostics)[0], "warning at : The operator of WHMCS forbids this change")
		instance, diagnostics := p.Apply(t, change)
		require.Len(t, diagnostics, 1)
		assert.Contains(t, acctest.Messages(diagnostics)[0], "landing_page")
		assert.Nil(t, p.State(t, instance))
		_, there := env.WHMCS.ReadFile(t, file)
		assert.False(t, there)
	})
}

func TestAccLandingPage_badInput(t *testing.T) {
	acctest.Each(t, allowed, func(t *testing.T, env *acctest.Env) {
		acctest.BadInput(t, env, typeName, map[string]any{"content": "x"}, []acctest.BadValue{
			{Name: "none", Attributes: map[string]any{"content": nil}, Path: "content", Says: "Missing Configuration for Required Attribute"},
			{Name: "empty", Attributes: map[string]any{"content": ""}, Path: "content", Says: "at least 1"},
			{Name: "control character", Attributes: map[string]any{"content": "bell\a"}, Path: "content", Says: "control characters"},
			{Name: "too large", Attributes: map[string]any{"content": strings.Repeat("ü", 128<<10+1)}, Path: "content", Says: "At most 262144 are allowed"},
		})
		_, diagnostics := env.Protocol(t).Import(t, typeName, map[string]any{"id": "2"})
		assert.Contains(t, acctest.Messages(diagnostics)[0], "The landing page template is imported by the id 1")
	})
}
