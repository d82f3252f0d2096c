package product_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/stretchr/testify/assert"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
)

const fieldsAddress = "hosting_whmcs_product.fields"

func withFields(fields string) string {
	return fmt.Sprintf(`
resource "hosting_whmcs_product" "fields" {
  product_group_id = "1"
  name             = "With fields"
  pay_type         = "free"
  %s
}`, fields)
}

func TestAccProduct_customFields(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		var system, note string
		save := func(state *terraform.State) error {
			attributes := state.RootModule().Resources[fieldsAddress].Primary.Attributes
			system, note = attributes["custom_fields.os.id"], attributes["custom_fields.note.id"]
			return nil
		}
		full := func(name string) string {
			return withFields(fmt.Sprintf(`custom_fields = {
    note = { name = "Note" }
    os   = {
      name = %q, type = "dropdown", description = "Choose <one> & go", options = ["Debian 12", "AlmaLinux 9"], validation_regex = "/^[A-Z]/", admin_only = false
      required = true, show_on_order_form = true, show_on_invoice = true, order = 2
    }
  }`, name))
		}
		renamed := env.Config(full("os|Operating system"))
		acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
			{Config: env.Config(full("os|System")), Check: resource.ComposeAggregateTestCheckFunc(
				save, resource.TestCheckResourceAttr(fieldsAddress, "custom_fields.os.options.1", "AlmaLinux 9"), resource.TestCheckNoResourceAttr(fieldsAddress, "custom_fields.note.type"),
			)},
			{Config: renamed, ConfigPlanChecks: acctest.Plan(fieldsAddress, plancheck.ResourceActionUpdate), Check: resource.ComposeAggregateTestCheckFunc(
				resource.TestCheckResourceAttrPtr(fieldsAddress, "custom_fields.os.id", &system), resource.TestCheckResourceAttrPtr(fieldsAddress, "custom_fields.note.id", &note),
			)},
			// Drift is repaired, and omitted attributes are unmanaged.
			{
				PreConfig: func() {
					env.WHMCS.Set(t, "tblcustomfields", system, "required", "")
					env.WHMCS.Set(t, "tblcustomfields", note, "fieldtype", "textarea")
				},
				Config: renamed, ConfigPlanChecks: acctest.Plan(fieldsAddress, plancheck.ResourceActionUpdate),
				Check: func(*terraform.State) error {
					assert.Equal(t, "on", env.WHMCS.Row(t, "tblcustomfields", system)["required"])
					assert.Equal(t, "textarea", env.WHMCS.Row(t, "tblcustomfields", note)["fieldtype"])
					return nil
				},
			},
			{Config: renamed, ConfigPlanChecks: acctest.EmptyPlan()},
			// Removing a key deletes its field. Without the attribute, all fields are unmanaged.
			{Config: env.Config(withFields(`custom_fields = { os = { name = "os|Operating system" } }`)), Check: func(*terraform.State) error {
				assert.Nil(t, env.WHMCS.Row(t, "tblcustomfields", note))
				assert.Equal(t, "Debian 12,AlmaLinux 9", env.WHMCS.Row(t, "tblcustomfields", system)["fieldoptions"])
				return nil
			}},
			{Config: env.Config(withFields("")), Check: func(*terraform.State) error {
				assert.NotNil(t, env.WHMCS.Row(t, "tblcustomfields", system))
				return nil
			}},
			{Config: env.Config(withFields(`custom_fields = { again = { name = "os|Operating system" } }`)), Check: resource.TestCheckResourceAttrPtr(fieldsAddress, "custom_fields.again.id", &system)},
		}})
	})
}

func TestAccProduct_customFieldsBadInput(t *testing.T) {
	field := func(attributes map[string]any) map[string]any {
		all := map[string]any{"name": "X"}
		for name, value := range attributes {
			all[name] = value
		}
		return map[string]any{"custom_fields": map[string]any{"x": all}}
	}
	const at = `custom_fields["x"].`
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		acctest.BadInput(t, env, "hosting_whmcs_product", map[string]any{"name": "P", "product_group_id": "1", "pay_type": "free"}, []acctest.BadValue{
			{Name: "key", Attributes: map[string]any{"custom_fields": map[string]any{"1": map[string]any{"name": "X"}}}, Path: `custom_fields["1"]`, Says: "must be a key"},
			{Name: "no name", Attributes: map[string]any{"custom_fields": map[string]any{"x": map[string]any{"required": true}}}, Path: at + "name", Says: "must have the attribute name"},
			{Name: "name", Attributes: field(map[string]any{"name": " "}), Path: at + "name", Says: "must not be empty"},
			{Name: "type", Attributes: field(map[string]any{"type": "tickbox"}), Path: at + "type", Says: "tick_box"},
			{Name: "comma in a choice", Attributes: field(map[string]any{"options": []any{"a,b"}}), Path: at + "options[0]", Says: "comma"},
			{Name: "order", Attributes: field(map[string]any{"order": -1}), Path: at + "order", Says: "between 0"},
		})
	})
}

// TestAccProduct_customFieldsUnknown: whatever a field states may be known at apply only, a whole field too.
func TestAccProduct_customFieldsUnknown(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		config := env.Config(`
resource "terraform_data" "unknown" {
  input = { name = "Host name", type = "dropdown", choice = "Debian 12", flag = true, number = 3, whole = { name = "Whole", required = true } }
}`, withFields(`custom_fields = {
    parts = {
      name = terraform_data.unknown.output.name, type = terraform_data.unknown.output.type, options = [terraform_data.unknown.output.choice]
      required = terraform_data.unknown.output.flag, order = terraform_data.unknown.output.number
    }
    whole = terraform_data.unknown.output.whole
  }`))
		acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
			{Config: config, Check: resource.ComposeAggregateTestCheckFunc(
				resource.TestCheckResourceAttr(fieldsAddress, "custom_fields.parts.options.0", "Debian 12"),
				resource.TestCheckResourceAttr(fieldsAddress, "custom_fields.parts.required", "true"),
				resource.TestCheckResourceAttr(fieldsAddress, "custom_fields.whole.required", "true"),
				resource.TestCheckResourceAttrSet(fieldsAddress, "custom_fields.whole.id"),
			)},
			{Config: config, ConfigPlanChecks: acctest.EmptyPlan()},
		}})
	})
}

// TestAccProduct_customFieldsImport: an import reads all fields, with keys from their names. The plan of a
// configuration with these keys changes only the attributes that it omits.
func TestAccProduct_customFieldsImport(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		var id, field string
		stated := func(key string) string {
			return withFields(fmt.Sprintf(`custom_fields = { %s = {
    name = "Note", type = "text", description = "", options = [], validation_regex = "", admin_only = false, required = true
    show_on_order_form = true, show_on_invoice = false, order = 0
  } }`, key))
		}
		acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
			{Config: env.Config(stated("own")), Check: func(state *terraform.State) error {
				primary := state.RootModule().Resources[fieldsAddress].Primary
				id, field = primary.ID, primary.Attributes["custom_fields.own.id"]
				return nil
			}},
			{Config: env.Config("removed {\n  from = " + fieldsAddress + "\n  lifecycle { destroy = false }\n}")},
		}})
		acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
			{
				Config:           env.Config(fmt.Sprintf("import {\n  to = %s\n  id = %q\n}", fieldsAddress, id), stated("note")),
				ConfigPlanChecks: acctest.Plan(fieldsAddress, plancheck.ResourceActionNoop),
			},
			// Another key with the same name is the same field, which is neither created again nor removed.
			{Config: env.Config(stated("own")), Check: resource.TestCheckResourceAttrPtr(fieldsAddress, "custom_fields.own.id", &field)},
			{Config: env.Config(stated("own")), ConfigPlanChecks: acctest.EmptyPlan()},
		}})
	})
}

// TestAccProduct_customFieldsSwap: in one apply a field goes, another takes its name, and the module's own is adopted.
func TestAccProduct_customFieldsSwap(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		var id, first, made string
		after := env.Config(withFields(`custom_fields = { second = { name = "First", required = true }, os = { name = "Pre Install System" } }`))
		acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{
			{Config: env.Config(withFields(`custom_fields = { first = { name = "First" }, second = { name = "Second" } }`)), Check: func(state *terraform.State) error {
				primary := state.RootModule().Resources[fieldsAddress].Primary
				id, first = primary.ID, primary.Attributes["custom_fields.first.id"]
				return nil
			}},
			{
				PreConfig: func() { made = env.WHMCS.AddCustomField(t, id, "Pre Install System", "Debian 12,AlmaLinux 9") },
				Config:    after,
				Check: func(state *terraform.State) error {
					attributes := state.RootModule().Resources[fieldsAddress].Primary.Attributes
					assert.Equal(t, made, attributes["custom_fields.os.id"])
					assert.Equal(t, "Debian 12,AlmaLinux 9", env.WHMCS.Row(t, "tblcustomfields", made)["fieldoptions"])
					assert.Nil(t, env.WHMCS.Row(t, "tblcustomfields", first))
					assert.Equal(t, "First", env.WHMCS.Row(t, "tblcustomfields", attributes["custom_fields.second.id"])["fieldname"])
					return nil
				},
			},
			{Config: after, ConfigPlanChecks: acctest.EmptyPlan()},
		}})
	})
}
