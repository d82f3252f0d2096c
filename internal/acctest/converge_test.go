package acctest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
)

// The tests of this file make small changes, in Terraform and in WHMCS, after which one apply has to reach the
// configuration.

const convergeGroup = `
resource "hosting_whmcs_product_group" "g" { name = %q }`

// TestConverge_decomposedText: Terraform normalises text to NFC. WHMCS may store another form of the same text, and
// compares bytes.
func TestConverge_decomposedText(t *testing.T) {
	const stored, held = "\u0938\u095c\u0915", "\u0938\u0921\u093c\u0915"
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		const address = "hosting_whmcs_product_group.g"
		var id string
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{Config: env.Config(fmt.Sprintf(convergeGroup, "G")), Check: acctest.SaveID(address, &id)},
				{
					PreConfig:        func() { env.WHMCS.Set(t, "tblproductgroups", id, "name", stored) },
					Config:           env.Config(fmt.Sprintf(convergeGroup, held)),
					ConfigPlanChecks: acctest.EmptyPlan(),
				},
				{
					Config:           env.Config(fmt.Sprintf(convergeGroup, "Road")),
					ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
					Check:            acctest.Column(t, env.WHMCS, address, "tblproductgroups", "name", "Road"),
				},
				{
					PreConfig:        func() { env.WHMCS.Set(t, "tblproductgroups", id, "name", stored) },
					Config:           env.Config(fmt.Sprintf(convergeGroup, held)),
					ConfigPlanChecks: acctest.EmptyPlan(),
				},
			},
			CheckDestroy: func(*terraform.State) error {
				assert.Nil(t, env.WHMCS.Row(t, "tblproductgroups", id), "the delete expects the stored form")
				return nil
			},
		})
	})
}

// TestConverge_linesOfForms: browsers save text areas with CRLF. The text that is stored so is the configured one.
func TestConverge_linesOfForms(t *testing.T) {
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		const address = "hosting_whmcs_product.p"
		config := func(description string) string {
			return env.Config(fmt.Sprintf(convergeGroup, "G"), fmt.Sprintf(`
resource "hosting_whmcs_product" "p" {
  product_group_id = hosting_whmcs_product_group.g.id
  name             = "P"
  pay_type         = "free"
  description      = %q
}`, description))
		}
		var id string
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{Config: config("4 cores\n32 GB"), Check: acctest.SaveID(address, &id)},
				{
					PreConfig:        func() { env.WHMCS.Set(t, "tblproducts", id, "description", "4 cores\r\n32 GB") },
					Config:           config("4 cores\n32 GB"),
					ConfigPlanChecks: acctest.EmptyPlan(),
				},
				{ResourceName: address, ImportState: true, ImportStateVerify: true},
				{
					Config:           config("8 cores\n32 GB"),
					ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
					Check:            acctest.Column(t, env.WHMCS, address, "tblproducts", "description", "8 cores\n32 GB"),
				},
			},
		})
	})
}

// TestConverge_payTypeChangedInWHMCS: WHMCS needs the prices together with the pay type.
func TestConverge_payTypeChangedInWHMCS(t *testing.T) {
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		const address = "hosting_whmcs_product.p"
		config := func(price string) string {
			return env.Config(fmt.Sprintf(convergeGroup, "G"), fmt.Sprintf(`
resource "hosting_whmcs_product" "p" {
  product_group_id = hosting_whmcs_product_group.g.id
  name             = "P"
  pay_type         = "recurring"
  prices           = { USD = { monthly = %q } }
}`, price))
		}
		var id string
		toFree := func() { env.WHMCS.Set(t, "tblproducts", id, "paytype", "free") }
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{Config: config("11"), Check: acctest.SaveID(address, &id)},
				{
					PreConfig: toFree, Config: config("11"), ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
					Check: acctest.Column(t, env.WHMCS, address, "tblproducts", "paytype", "recurring"),
				},
				{
					PreConfig: toFree, Config: config("12"), ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
					Check: acctest.Column(t, env.WHMCS, address, "tblproducts", "paytype", "recurring"),
				},
				{PreConfig: toFree, Config: config("12"), Destroy: true},
			},
		})
	})
}

// TestConverge_namesMove: an update may take the name that another object has, because WHMCS allows it.
func TestConverge_namesMove(t *testing.T) {
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		config := func(names ...string) string {
			return env.Config(fmt.Sprintf(`
resource "hosting_whmcs_product_group" "g" {
  count = %d
  name  = ["%s"][count.index]
}`, len(names), strings.Join(names, `", "`)))
		}
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{Config: config("A", "B", "C", "D")},
				{Config: config("B", "A", "C", "D")},
				{Config: config("A", "C", "D")},
				{Config: config("Z", "A", "C", "D")},
				{Config: config("Z", "A", "C", "D"), ConfigPlanChecks: acctest.EmptyPlan()},
			},
		})
	})
}

// TestConverge_changedBetweenPlanAndApply: the row of a response also holds what was changed elsewhere since the plan.
func TestConverge_changedBetweenPlanAndApply(t *testing.T) {
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		field := func(name, description string) map[string]any {
			return map[string]any{"name": name, "type": "text", "description": description}
		}
		with := func(fields map[string]any) map[string]any {
			return map[string]any{"product_group_id": "1", "name": "P", "pay_type": "free", "custom_fields": fields}
		}
		const typeName = "hosting_whmcs_product"
		made := p.Do(t, typeName, nil, with(map[string]any{"a": field("A", "first")}))
		id := acctest.Text(t, p.State(t, made)["id"])
		p = env.Protocol(t)
		change, diagnostics := p.PlanChange(t, typeName, made, with(map[string]any{"a": field("A", "first"), "b": field("B", "second")}))
		assert.Empty(t, acctest.Messages(diagnostics))
		part := func(fields tftypes.Value, key, attribute string) string {
			var parts, attributes map[string]tftypes.Value
			require.NoError(t, fields.As(&parts))
			require.NoError(t, parts[key].As(&attributes))
			return acctest.Text(t, attributes[attribute])
		}
		env.WHMCS.Set(t, "tblcustomfields", part(p.State(t, made)["custom_fields"], "a", "id"), "description", "elsewhere")
		env.WHMCS.AddCustomField(t, id, "Foreign", "")
		applied, diagnostics := p.Apply(t, change)
		assert.Empty(t, acctest.Messages(diagnostics))
		fields := p.State(t, applied)["custom_fields"]
		assert.Equal(t, "first", part(fields, "a", "description"), "the planned value is kept until the next refresh")
		assert.NotEqual(t, "<null>", part(fields, "b", "id"), "what was unknown comes from the response")
		var parts map[string]tftypes.Value
		require.NoError(t, fields.As(&parts))
		assert.Len(t, parts, 2, "an element that was not planned is not added")
	})
}
