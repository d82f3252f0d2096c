package productgroup_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
)

const address = "hosting_whmcs_product_group.test"

func TestAccProductGroup_lifecycle(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		var id, first string
		minimal := `resource "hosting_whmcs_product_group" "test" { name = "Dedicated <\"&'> सर्वर 服务器 🚀" }`
		full := `
resource "hosting_whmcs_product_group" "test" {
  name                = "Dedicated servers"
  slug                = "dedicated"
  headline            = "Bare metal & more"
  tagline             = "In stock <b>now</b>"
  order_form_template = "standard_cart"
  disabled_gateways   = ["paypal", "banktransfer"]
  hidden              = true
  order               = 7
}`
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			CheckDestroy:             acctest.Gone(t, env.WHMCS, "tblproductgroups", &id),
			Steps: []resource.TestStep{
				{
					Config: env.Config(minimal),
					Check: resource.ComposeAggregateTestCheckFunc(
						acctest.SaveID(address, &id), acctest.SaveID(address, &first),
						resource.TestCheckResourceAttr(address, "name", `Dedicated <"&'> सर्वर 服务器 🚀`),
						resource.TestCheckResourceAttr(address, "hidden", "false"),
						resource.TestCheckResourceAttr(address, "headline", ""),
						resource.TestCheckResourceAttrSet(address, "slug"),
						resource.TestCheckResourceAttrSet(address, "order"),
					),
				},
				{Config: env.Config(minimal), ConfigPlanChecks: acctest.EmptyPlan()},
				{
					Config:           env.Config(full),
					ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
					Check: resource.ComposeAggregateTestCheckFunc(
						resource.TestCheckResourceAttrPtr(address, "id", &first),
						acctest.Column(t, env.WHMCS, address, "tblproductgroups", "name", "Dedicated servers"),
						acctest.Column(t, env.WHMCS, address, "tblproductgroups", "slug", "dedicated"),
						acctest.Column(t, env.WHMCS, address, "tblproductgroups", "orderfrmtpl", "standard_cart"),
						acctest.Column(t, env.WHMCS, address, "tblproductgroups", "disabledgateways", "banktransfer,paypal"),
						acctest.Column(t, env.WHMCS, address, "tblproductgroups", "hidden", "1"),
						acctest.Column(t, env.WHMCS, address, "tblproductgroups", "order", "7"),
					),
				},
				{ResourceName: address, ImportState: true, ImportStateVerify: true},
				// Left out is unmanaged: removing an attribute keeps its value.
				{
					Config:           env.Config(`resource "hosting_whmcs_product_group" "test" { name = "Dedicated servers" }`),
					ConfigPlanChecks: acctest.EmptyPlan(),
				},
				// Drift is planned and repaired.
				{
					PreConfig:        func() { env.WHMCS.Set(t, "tblproductgroups", id, "headline", "changed by hand") },
					Config:           env.Config(full),
					ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
					Check:            resource.TestCheckResourceAttr(address, "headline", "Bare metal & more"),
				},
				// Deleted in WHMCS: created again.
				{
					PreConfig:        func() { env.WHMCS.Delete(t, "tblproductgroups", id) },
					Config:           env.Config(full),
					ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionCreate),
					Check:            acctest.SaveID(address, &id),
				},
			},
		})
	})
}

func TestAccProductGroup_exists(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{
				{
					Config:      env.Config(`resource "hosting_whmcs_product_group" "test" { name = "Legacy & Co" }`),
					ExpectError: regexp.MustCompile(`(?s)it exists.*import \{\s+to = hosting_whmcs_product_group\.<NAME>\s+id = "1"`),
				},
				{
					Config: env.Config(`resource "hosting_whmcs_product_group" "test" {
  name                 = "Legacy & Co"
  allow_duplicate_name = true
}`),
				},
			},
		})
	})
}

// TestAccProductGroup_unknowns takes what it can from another resource, so that nothing of it is known while planning.
func TestAccProductGroup_unknowns(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		acctest.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.Factories(),
			Steps: []resource.TestStep{{
				Config: env.Config(`
resource "terraform_data" "later" {
  input = { name = "Later", slug = "later", gateways = ["paypal"], gateway = "mailin", hidden = true, order = 4, on_destroy = "delete" }
}
resource "hosting_whmcs_product_group" "test" {
  name              = terraform_data.later.output.name
  slug              = terraform_data.later.output.slug
  disabled_gateways = concat(terraform_data.later.output.gateways, [terraform_data.later.output.gateway])
  hidden            = terraform_data.later.output.hidden
  order             = terraform_data.later.output.order
  on_destroy        = terraform_data.later.output.on_destroy
}`),
				Check: resource.ComposeAggregateTestCheckFunc(
					acctest.Column(t, env.WHMCS, address, "tblproductgroups", "slug", "later"),
					acctest.Column(t, env.WHMCS, address, "tblproductgroups", "disabledgateways", "mailin,paypal"),
				),
			}},
		})
	})
}

func TestAccProductGroup_badInput(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		acctest.BadInput(t, env, "hosting_whmcs_product_group", map[string]any{"name": "Dedicated"}, []acctest.BadValue{
			{Name: "no name", Attributes: map[string]any{"name": nil}, Path: "name", Says: "Missing Configuration for Required Attribute"},
			{Name: "blank name", Attributes: map[string]any{"name": "\t"}, Path: "name", Says: "must not be empty"},
			{Name: "long name", Attributes: map[string]any{"name": strings.Repeat("服", 21846)}, Path: "name", Says: "at most 65535 bytes"},
			{Name: "slug with capitals", Attributes: map[string]any{"slug": "Dedicated"}, Path: "slug", Says: "lower-case letters, digits and single hyphens"},
			{Name: "slug that begins with a hyphen", Attributes: map[string]any{"slug": "-dedicated"}, Path: "slug", Says: "lower-case letters"},
			{Name: "empty slug", Attributes: map[string]any{"slug": ""}, Path: "slug", Says: "lower-case letters"},
			{Name: "negative order", Attributes: map[string]any{"order": -1}, Path: "order", Says: "between 0 and"},
			{Name: "on_destroy", Attributes: map[string]any{"on_destroy": "retire"}, Path: "on_destroy", Says: `must be one of: ["delete" "hide" "keep"]`},
			{Name: "headline with a control character", Attributes: map[string]any{"headline": "a\x00b"}, Path: "headline", Says: "control character"},
			{Name: "gateway with a comma", Attributes: map[string]any{"disabled_gateways": []any{"paypal,stripe"}}, Path: "disabled_gateways[*]", Says: "comma"},
		})
	})
}
