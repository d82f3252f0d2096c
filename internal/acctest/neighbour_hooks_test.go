package acctest_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
)

// unpackOptionMaker installs a server module that makes a custom field and a group of options for its products, in a
// hook at ProductEdit.
func unpackOptionMaker(t *testing.T, env *acctest.Env) {
	t.Helper()
	env.WHMCS.SetModule(t, "servers/optionmaker", true)
	env.WHMCS.SetConfiguration(t, "ModuleHooks", "samplevps,optionmaker")
}

// optionGroupOf is the only group of configurable options, if it offers the product.
func optionGroupOf(c *contract, product string) object {
	rows, _ := c.read(object{"op": "list", "kind": "configurable_option_group"})["rows"].([]any)
	require.Len(c, rows, 1)
	group := rows[0].(object)
	assert.Equal(c, []any{product}, group["product_ids"])
	return group
}

// TestNeighbourModuleMakesFieldsAndOptions: what a module makes in its hook is there after the apply, and Terraform
// leaves it alone. After the destroy the custom field is gone, and the option group is left without a product.
func TestNeighbourModuleMakesFieldsAndOptions(t *testing.T) {
	const group = `
resource "hosting_whmcs_product_group" "vps" {
  name = "VPS"
}
`
	const products = group + `
resource "hosting_whmcs_product" "made" {
  product_group_id = hosting_whmcs_product_group.vps.id
  name             = "Made by a module"
  pay_type         = "free"
  module           = "optionmaker"
  module_options   = { "Plan" = "big" }
}

resource "hosting_whmcs_product" "other" {
  product_group_id = hosting_whmcs_product_group.vps.id
  name             = "Of another module"
  pay_type         = "free"
  module           = "samplevps"
  module_options   = { "Plan" = "small" }
}
`
	options := acctest.Options{PHPModes: []acctest.PHPMode{acctest.ModernPHP, acctest.OldPHP}}
	acctest.EachHost(t, options, func(t *testing.T, env *acctest.Env) {
		unpackOptionMaker(t, env)
		c := &contract{T: t, env: env}
		var made, other string
		acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
			{
				Config: env.Config(products),
				Check: resource.ComposeAggregateTestCheckFunc(
					acctest.SaveID("hosting_whmcs_product.made", &made),
					acctest.SaveID("hosting_whmcs_product.other", &other),
					func(*terraform.State) error {
						fields, _ := c.get("product", made)["custom_fields"].(object)
						require.Len(t, fields, 1)
						for _, field := range fields {
							c.has(field.(object), object{"name": "node_id|Node", "admin_only": true})
						}
						assert.Empty(t, c.get("product", other)["custom_fields"])
						offered, _ := optionGroupOf(c, made)["options"].(object)
						require.Len(t, offered, 1)
						for _, option := range offered {
							c.has(option.(object), object{"name": "location|Location"})
							assert.Len(t, option.(object)["sub_options"], 1)
						}
						return nil
					},
				),
			},
			{Config: env.Config(products), ConfigPlanChecks: acctest.EmptyPlan()},
			{
				Config: env.Config(group),
				Check: func(*terraform.State) error {
					assert.Nil(t, c.get("product", made))
					assert.Zero(t, env.WHMCS.Count(t, "tblcustomfields"))
					rows, _ := c.read(object{"op": "list", "kind": "configurable_option_group"})["rows"].([]any)
					require.Len(t, rows, 1)
					c.has(rows[0].(object), object{"product_ids": []any{}})
					return nil
				},
			},
		}})
	})
}

// TestNeighbourWarnings: the apply says what a hook changed, and the destroy names the option group that is left.
func TestNeighbourWarnings(t *testing.T) {
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		unpackOptionMaker(t, env)
		c := &contract{T: t, env: env}
		p := env.Protocol(t)
		const product = "hosting_whmcs_product"
		change, diagnostics := p.PlanChange(t, product, nil, map[string]any{
			"product_group_id": "1", "name": "Made", "module": "optionmaker", "module_options": map[string]any{"Plan": "big"}, "pay_type": "free",
		})
		require.Empty(t, acctest.Messages(diagnostics))
		made, diagnostics := p.Apply(t, change)
		messages := acctest.Messages(diagnostics)
		require.Len(t, messages, 1)
		assert.Contains(t, messages[0], "Check WHMCS after the product was created")
		assert.Contains(t, messages[0], "ProductEdit: a hook changed custom_fields")

		group := optionGroupOf(c, acctest.Text(t, p.State(t, made)["id"]))
		change, diagnostics = p.PlanChange(t, product, made, nil)
		require.Empty(t, acctest.Messages(diagnostics))
		_, diagnostics = p.Apply(t, change)
		messages = acctest.Messages(diagnostics)
		require.Len(t, messages, 1)
		assert.Contains(t, messages[0], "Check WHMCS after the product was deleted")
		assert.NotContains(t, messages[0], "is gone already", "the module finds the product in its hook")
		assert.Contains(t, messages[0], "The configurable option group \""+group["name"].(string)+"\" ("+group["id"].(string)+") belonged only to this product. It was not deleted")
	})
}

// TestNeighbourDeletion: both hosts remove the same rows with a product and with a product group.
func TestNeighbourDeletion(t *testing.T) {
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		c := &contract{T: t, env: env}
		insert := func(table string, row map[string]string) string {
			t.Helper()
			return env.WHMCS.Insert(t, table, row)
		}
		group, _ := c.create("product_group", object{"name": "G"})
		kept, _ := c.create("product", object{"product_group_id": group, "name": "Kept"})
		gone, _ := c.create("product", object{"product_group_id": group, "name": "Gone"})
		tables := []string{
			"tblproducts", "tblpricing", "tblproducts_slugs", "tblproducts_slugs_tracking", "tblproduct_downloads", "tblproducteventactions",
			"tblproduct_upgrade_products", "tblcustomfields", "tblcustomfieldsvalues",
		}
		counts := map[string]int{}
		for _, product := range []string{kept, gone} {
			slug := insert("tblproducts_slugs", map[string]string{"product_id": product, "group_id": "1", "group_slug": "g", "slug": "former", "active": "0"})
			insert("tblproducts_slugs_tracking", map[string]string{"slug_id": slug, "date": "2026-01-01", "clicks": "2"})
			insert("tblproduct_downloads", map[string]string{"product_id": product, "download_id": "3"})
			for _, of := range []string{"product", "addon"} {
				insert("tblproducteventactions", map[string]string{"entity_type": of, "entity_id": product, "name": "n", "event_name": "e", "action": "a"})
			}
			insert("tblproduct_upgrade_products", map[string]string{"product_id": product, "upgrade_product_id": product})
			env.WHMCS.Enter(t, env.WHMCS.AddCustomField(t, product, "OS", "a,b"), "77", "a")
			if product == kept {
				for _, table := range tables {
					counts[table] = env.WHMCS.Count(t, table)
				}
			}
		}
		counts["tblproducts"]--            // both products were there
		counts["tblproducts_slugs"]--      // with their slugs
		counts["tblpricing"] -= 3          // and prices
		counts["tblproducteventactions"]++ // the event action of the addon stays
		insert("tblproduct_group_features", map[string]string{"product_group_id": group, "feature": "f"})
		insert("tblproduct_group_features", map[string]string{"product_group_id": "1", "feature": "f"})

		remove := func(kind, id string, expect object) object {
			return c.write(object{"op": "delete", "kind": kind, "id": id, "expect": expect})
		}
		remove("product", gone, object{"product_group_id": group, "name": "Gone"})
		for table, count := range counts {
			assert.Equal(t, count, env.WHMCS.Count(t, table), table)
		}
		remove("product", kept, object{"product_group_id": group, "name": "Kept"})
		remove("product_group", group, object{"name": "G"})
		assert.Equal(t, 1, env.WHMCS.Count(t, "tblproduct_group_features"))
	})
}

// TestNeighbourFormerSlug: a product that moves leaves an inactive slug in its former group.
func TestNeighbourFormerSlug(t *testing.T) {
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		c := &contract{T: t, env: env}
		first, _ := c.create("product_group", object{"name": "First"})
		second, _ := c.create("product_group", object{"name": "Second"})
		taken, _ := c.create("product", object{"product_group_id": second, "name": "Taken", "slug": "fast"})
		product, _ := c.create("product", object{"product_group_id": first, "name": "P", "slug": "fast"})
		slugs := env.WHMCS.Count(t, "tblproducts_slugs")
		c.has(c.update("product", product, nil, object{"product_group_id": second})["row"].(object), object{"slug": "fast-" + product})
		assert.Equal(t, slugs+1, env.WHMCS.Count(t, "tblproducts_slugs"))
		c.has(c.update("product", product, nil, object{"product_group_id": first, "slug": "fast"})["row"].(object), object{"slug": "fast"})
		assert.Equal(t, slugs+1, env.WHMCS.Count(t, "tblproducts_slugs"), "the former slug is active again")
		c.has(c.get("product", taken), object{"slug": "fast"})
	})
}
