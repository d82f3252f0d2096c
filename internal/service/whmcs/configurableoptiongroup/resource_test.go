package configurableoptiongroup_test

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
)

const (
	typeName = "hosting_whmcs_configurable_option_group"
	address  = typeName + ".test"
	table    = "tblproductconfiggroups"
	options  = "tblproductconfigoptions"
	choices  = "tblproductconfigoptionssub"
)

// group is a group with the attributes given.
func group(extra ...string) string {
	return fmt.Sprintf("\nresource %q \"test\" {\n  name = \"Extras <&\\\"' 🚀\"\n  %s\n}", typeName, strings.Join(extra, "\n  "))
}

// memory is an option with two choices, by the names given.
func memory(key, name, small, large string) string {
	return fmt.Sprintf(`%s = {
    name = %q
    sub_options = {
      small = { name = %q }
      large = { name = %q, order = 2, prices = { USD = { monthly = "20", annually = "0.00" }, EUR = {} }, setup_fees = { USD = { monthly = "5.00" } } }
    }
  }`, key, name, small, large)
}

const disk = `disk = { name = "Disk", type = "radio", order = 7, hidden = true, sub_options = {} }`

func set(options ...string) string {
	return "options = {\n  " + strings.Join(options, "\n  ") + "\n  }"
}

// ids remembers the ids of the option memory and of its choices.
type ids struct{ option, small, large string }

func (i *ids) save(state *terraform.State) error {
	attributes := state.RootModule().Resources[address].Primary.Attributes
	i.option, i.small, i.large = attributes["options.memory.id"], attributes["options.memory.sub_options.small.id"], attributes["options.memory.sub_options.large.id"]
	return nil
}

// same checks that the option and its choices, now under the keys given, have kept their ids.
func (i *ids) same(option, small, large string) resource.TestCheckFunc {
	return resource.ComposeAggregateTestCheckFunc(
		resource.TestCheckResourceAttrPtr(address, "options."+option+".id", &i.option),
		resource.TestCheckResourceAttrPtr(address, "options."+option+".sub_options."+small+".id", &i.small),
		resource.TestCheckResourceAttrPtr(address, "options."+option+".sub_options."+large+".id", &i.large),
	)
}

func steps(t *testing.T, check resource.TestCheckFunc, steps ...resource.TestStep) {
	t.Helper()
	acctest.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), CheckDestroy: check, Steps: steps})
}

func TestAccConfigurableOptionGroup_lifecycle(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		var id, first string
		var was ids
		full := env.Config(group(`description = "More of <everything>"`, `product_ids = ["1"]`, set(memory("memory", "memory|Memory", "64 GB", "128 GB"), disk)))
		price := func(currency, column, want string) resource.TestCheckFunc {
			return func(*terraform.State) error {
				if got := env.WHMCS.OptionPrices(t, was.large)[currency][column]; got != want {
					return fmt.Errorf("%s %s is %q, want %q", currency, column, got, want)
				}
				return nil
			}
		}
		steps(t, acctest.Gone(t, env.WHMCS, table, &id),
			resource.TestStep{
				Config: env.Config(group()),
				Check: resource.ComposeAggregateTestCheckFunc(
					acctest.SaveID(address, &id), acctest.SaveID(address, &first),
					resource.TestCheckResourceAttr(address, "name", `Extras <&"' 🚀`),
					resource.TestCheckResourceAttr(address, "description", ""),
					resource.TestCheckResourceAttr(address, "product_ids.#", "0"),
					resource.TestCheckNoResourceAttr(address, "options.%"),
				),
			},
			resource.TestStep{
				Config:           full,
				ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
				Check: resource.ComposeAggregateTestCheckFunc(
					was.save,
					resource.TestCheckResourceAttrPtr(address, "id", &first),
					resource.TestCheckResourceAttr(address, "options.%", "2"),
					resource.TestCheckResourceAttr(address, "options.memory.type", "dropdown"),
					resource.TestCheckResourceAttr(address, "options.memory.sub_options.large.prices.USD.monthly", "20"),
					resource.TestCheckResourceAttr(address, "options.disk.hidden", "true"),
				),
			},
			resource.TestStep{
				Config: full, ConfigPlanChecks: acctest.EmptyPlan(),
				Check: resource.ComposeAggregateTestCheckFunc(
					price("USD", "monthly", "20.00"), price("USD", "msetupfee", "5.00"), price("USD", "annually", "0.00"), price("INR", "monthly", "0.00"),
				),
			},
			// Drift in an option, a choice and a price is planned and repaired.
			resource.TestStep{
				PreConfig: func() {
					env.WHMCS.Set(t, options, was.option, "optionname", "By hand")
					env.WHMCS.Set(t, choices, was.small, "hidden", "1")
				},
				Config: full, ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
				Check: resource.ComposeAggregateTestCheckFunc(was.same("memory", "small", "large"), func(*terraform.State) error {
					assert.Equal(t, "memory|Memory", env.WHMCS.Row(t, options, was.option)["optionname"])
					assert.Equal(t, "0", env.WHMCS.Row(t, choices, was.small)["hidden"])
					return nil
				}),
			},
			// Left out is unmanaged.
			resource.TestStep{Config: env.Config(group()), Check: func(*terraform.State) error {
				assert.NotNil(t, env.WHMCS.Row(t, options, was.option))
				return nil
			}},
			// Deleted in WHMCS: created again.
			resource.TestStep{
				PreConfig: func() { env.WHMCS.Delete(t, table, id) },
				Config:    full, ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionCreate),
				Check: resource.ComposeAggregateTestCheckFunc(acctest.SaveID(address, &id), was.save),
			},
			// An option that was deleted by hand is created again.
			resource.TestStep{
				PreConfig: func() { env.WHMCS.Set(t, options, was.option, "gid", "4711") },
				Config:    full, ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate),
				Check: resource.TestCheckResourceAttr(address, "options.memory.sub_options.large.name", "128 GB"),
			},
		)
	})
}

// TestAccConfigurableOptionGroup_rename: a new name under the same key is the same option, and so is the same name
// under a new key.
func TestAccConfigurableOptionGroup_rename(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		var was ids
		config := func(option string) string { return env.Config(group(set(option))) }
		renamed := memory("memory", "ram|RAM", "64 GB ECC", "128 GB ECC")
		rekeyed := strings.NewReplacer("memory =", "ram =", "small =", "least =").Replace(renamed)
		steps(t, nil,
			resource.TestStep{Config: config(memory("memory", "memory|Memory", "64 GB", "128 GB")), Check: was.save},
			resource.TestStep{
				PreConfig: func() {
					env.WHMCS.Choose(t, env.WHMCS.AddService(t, "1", "0", "Active"), was.option, was.large)
				},
				Config: config(renamed),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
				}},
				Check: resource.ComposeAggregateTestCheckFunc(was.same("memory", "small", "large"), func(*terraform.State) error {
					assert.Equal(t, "ram|RAM", env.WHMCS.Row(t, options, was.option)["optionname"])
					assert.Equal(t, "128 GB ECC", env.WHMCS.Row(t, choices, was.large)["optionname"])
					return nil
				}),
			},
			resource.TestStep{Config: config(rekeyed), ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate), Check: was.same("ram", "least", "large")},
			resource.TestStep{Config: config(rekeyed), ConfigPlanChecks: acctest.EmptyPlan()},
			// The plan already refuses to remove an option that customers chose.
			resource.TestStep{Config: config(disk), ExpectError: acctest.Says("it is in use", "ram|RAM", "choices: 1", "hidden = true")},
			resource.TestStep{
				Config:      config(`ram = { name = "ram|RAM", sub_options = { least = { name = "64 GB ECC" } } }`),
				ExpectError: acctest.Says("it is in use", "128 GB ECC", "choices: 1"),
			},
			// Options that no customer chose are replaced by others.
			resource.TestStep{
				Config: config(`ram = { name = "ram|RAM", sub_options = { large = { name = "128 GB ECC" }, huge = { name = "256 GB ECC" } } }`),
				Check: func(*terraform.State) error {
					assert.Nil(t, env.WHMCS.Row(t, choices, was.small))
					assert.NotNil(t, env.WHMCS.Row(t, choices, was.large))
					return nil
				},
			},
			resource.TestStep{Config: env.Config(), ExpectError: acctest.Says("Unable to delete configurable option group", "it is in use", "choices: 1")},
			resource.TestStep{
				PreConfig: func() { env.WHMCS.Set(t, "tblhostingconfigoptions", "1", "configid", "0") },
				Config:    env.Config(),
			},
		)
	})
}

// TestAccConfigurableOptionGroup_import: an import derives keys from the names, and the plan with these keys is empty.
// Other keys in the configuration replace them.
func TestAccConfigurableOptionGroup_import(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		var id string
		var was ids
		own := group(set(memory("memory", "Memory", "64 GB", "128 GB")))
		steps(t, nil,
			resource.TestStep{Config: env.Config(own), Check: resource.ComposeAggregateTestCheckFunc(acctest.SaveID(address, &id), was.save)},
			resource.TestStep{Config: env.Config("removed {\n  from = " + address + "\n  lifecycle { destroy = false }\n}")},
		)
		imports := fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", address, id)
		option, small, large := "memory", "choice_64_gb", "choice_128_gb"
		byName := group(fmt.Sprintf(`options = { %s = { name = "Memory", sub_options = {
      %s = { name = "64 GB" }
      %s = { name = "128 GB", order = 2, prices = { USD = { monthly = "20" } }, setup_fees = { USD = { monthly = "5.00" } } }
    } } }`, option, small, large))
		steps(t, acctest.Gone(t, env.WHMCS, table, &id),
			resource.TestStep{Config: env.Config(imports, byName), ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionNoop), Check: was.same(option, small, large)},
			resource.TestStep{ResourceName: address, ImportState: true, ImportStateVerify: true},
			resource.TestStep{Config: env.Config(own), ConfigPlanChecks: acctest.Plan(address, plancheck.ResourceActionUpdate), Check: was.same("memory", "small", "large")},
			resource.TestStep{Config: env.Config(own), ConfigPlanChecks: acctest.EmptyPlan()},
		)
	})
}

// TestAccConfigurableOptionGroup_conflict: what was changed between plan and apply is a conflict that names the option
// by its key.
func TestAccConfigurableOptionGroup_conflict(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		var was ids
		steps(t, nil,
			resource.TestStep{Config: env.Config(group(set(memory("memory", "Memory", "64 GB", "128 GB")))), Check: was.save},
			resource.TestStep{
				Config:           env.Config(group(set(memory("memory", "Memory", "32 GB", "128 GB")))),
				ConfigPlanChecks: acctest.BeforeApply(func() { env.WHMCS.Set(t, choices, was.small, "optionname", "By hand") }),
				ExpectError:      acctest.Says("it was changed in WHMCS", `"64 GB"`, "By hand", `options["memory"].sub_options["small"].name`),
			},
			// The next plan knows of the change, and its apply settles it.
			resource.TestStep{Config: env.Config(group(set(memory("memory", "Memory", "32 GB", "128 GB"), disk)))},
			resource.TestStep{
				Config: env.Config(group(set(memory("memory", "Memory", "32 GB", "128 GB")))),
				Check:  resource.ComposeAggregateTestCheckFunc(was.same("memory", "small", "large"), resource.TestCheckResourceAttr(address, "options.%", "1")),
			},
		)
	})
}

// TestAccConfigurableOptionGroup_byHand: an option that was added in the admin area has a key with its id in the plan,
// and is removed.
func TestAccConfigurableOptionGroup_byHand(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		var was ids
		var other, groupID string
		config := group(set(memory("memory", "Memory", "64 GB", "128 GB")))
		second := strings.NewReplacer(`"test"`, `"other"`, "Extras", "Other").Replace(group(set(`spare = { name = "Spare", sub_options = { s = { name = "S" } } }`)))
		steps(t, nil,
			resource.TestStep{Config: env.Config(config, second), Check: resource.ComposeAggregateTestCheckFunc(was.save, acctest.SaveID(address, &groupID), func(state *terraform.State) error {
				other = state.RootModule().Resources[typeName+".other"].Primary.Attributes["options.spare.id"]
				return nil
			})},
			// A row moved to this group stands for one made by hand.
			resource.TestStep{
				PreConfig: func() { env.WHMCS.Set(t, options, other, "gid", groupID) },
				Config:    env.Config(config),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
				}},
				Check: resource.ComposeAggregateTestCheckFunc(was.same("memory", "small", "large"), resource.TestCheckResourceAttr(address, "options.%", "1"), func(*terraform.State) error {
					assert.Nil(t, env.WHMCS.Row(t, options, other))
					return nil
				}),
			},
		)
	})
}

// TestAccConfigurableOptionGroup_unknowns plans a group whose attributes, at every depth, are not known yet.
func TestAccConfigurableOptionGroup_unknowns(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		later := `
resource "terraform_data" "later" {
  input = { name = "Later", price = "3.00", options = { a = { name = "A", order = 3 } }, ids = ["1"] }
}`
		steps(t, nil,
			resource.TestStep{
				Config: env.Config(later, fmt.Sprintf(`
resource %q "test" {
  name        = terraform_data.later.output.name
  description = terraform_data.later.output.name
  product_ids = terraform_data.later.output.ids
  options = {
    whole = terraform_data.later.output.options.a
    o = {
      name = terraform_data.later.output.name
      sub_options = {
        s     = { name = terraform_data.later.output.name, prices = { USD = { monthly = terraform_data.later.output.price } } }
        whole = terraform_data.later.output.options.a
      }
    }
  }
}`, typeName)),
				Check: resource.ComposeAggregateTestCheckFunc(
					resource.TestCheckResourceAttr(address, "options.o.sub_options.s.name", "Later"),
					resource.TestCheckResourceAttr(address, "options.o.sub_options.s.prices.USD.monthly", "3.00"),
					resource.TestCheckResourceAttr(address, "options.whole.name", "A"),
					resource.TestCheckResourceAttr(address, "options.o.sub_options.whole.order", "3"),
				),
			},
			resource.TestStep{
				Config: env.Config(strings.Replace(later, `"terraform_data" "later"`, `"terraform_data" "other"`, 1), fmt.Sprintf(`
resource %q "test" {
  name    = "Later"
  options = terraform_data.other.output.options
}`, typeName)),
				Check: resource.TestCheckResourceAttr(address, "options.a.order", "3"),
			},
		)
	})
}

// TestConfigurableOptionGroup_guards: the guards of the provider block hold for the amounts of existing sub-options,
// whether these were managed before or not.
func TestConfigurableOptionGroup_guards(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		config := func(subOptions map[string]any) map[string]any {
			return map[string]any{"name": "Extras", "options": map[string]any{"ram": map[string]any{"name": "RAM", "sub_options": subOptions}}}
		}
		amounts := func(price, fee any) map[string]any {
			values := map[string]any{"name": "64 GB", "prices": map[string]any{"USD": map[string]any{"monthly": price}}}
			if fee != nil {
				values["setup_fees"] = map[string]any{"USD": map[string]any{"monthly": fee}}
			}
			return values
		}
		withGB := func(price, fee any) map[string]any { return config(map[string]any{"gb": amounts(price, fee)}) }
		made := env.Protocol(t).Do(t, typeName, nil, withGB("20.00", "5.00"))
		plan := func(prior *acctest.Instance, guards, config map[string]any) string {
			t.Helper()
			_, diagnostics := env.Protocol(t, acctest.Settings{"guards": guards}).PlanChange(t, typeName, prior, config)
			return strings.Join(acctest.Messages(diagnostics), "\n")
		}
		percent, none := map[string]any{"max_price_change_percent": "20"}, map[string]any{}
		const of, at = " of the sub-option 64 GB of the option RAM", `options["ram"].sub_options["gb"].`
		for name, prior := range map[string]*acctest.Instance{
			"managed":               made,
			"unmanaged prices":      env.Protocol(t).Do(t, typeName, made, config(map[string]any{"gb": map[string]any{"name": "64 GB"}})),
			"unmanaged sub-options": env.Protocol(t).Do(t, typeName, made, map[string]any{"name": "Extras", "options": map[string]any{"ram": map[string]any{"name": "RAM"}}}),
			"unmanaged options":     env.Protocol(t).Do(t, typeName, made, map[string]any{"name": "Extras"}),
		} {
			text := plan(prior, percent, withGB("25", "7"))
			assert.Contains(t, text, "error at "+at+`prices["USD"]["monthly"]: The price change is larger than allowed: The price`+of+" would change from 20.00 to 25 (by 25.0 %)", name)
			assert.Contains(t, text, "error at "+at+`setup_fees["USD"]["monthly"]: The price change is larger than allowed: The set-up fee`+of+" would change from 5.00 to 7 (by 40.0 %)", name)
			assert.Contains(t, plan(prior, percent, config(map[string]any{"gb": map[string]any{"name": "64 GB", "prices": map[string]any{"USD": map[string]any{}}}})),
				"would change from 20.00 to 0.00 (by 100.0 %)", name)
			assert.NotContains(t, plan(prior, percent, withGB("24", "4")), "error", name)
			// The first amount of a cycle, and a new sub-option, have no former amount.
			first := amounts("20", "5")
			first["prices"].(map[string]any)["USD"].(map[string]any)["annually"] = "200"
			assert.NotContains(t, plan(prior, percent, config(map[string]any{"gb": first, "new": map[string]any{"name": "128 GB", "prices": first["prices"]}})), "error", name)

			text = plan(prior, none, withGB("0", "0.00"))
			assert.Contains(t, text, "error at "+at+`prices["USD"]["monthly"]: The price`+of+" is zero", name)
			assert.Contains(t, text, "error at "+at+`setup_fees["USD"]["monthly"]: The set-up fee`+of+" is zero", name)
			assert.NotContains(t, plan(prior, none, withGB("20", nil)), "error", name)
			assert.NotContains(t, plan(prior, map[string]any{"allow_zero_price": true}, withGB("0", "0")), "error", name)
		}
		assert.NotContains(t, plan(nil, none, withGB("0", nil)), "error", "a choice that costs nothing")

		// Another configuration has written a wrong amount. The repair is a large change back to the last written amount.
		env.Protocol(t).Do(t, typeName, made, withGB("2.00", "5.00"))
		drifted, diagnostics := env.Protocol(t).Read(t, made)
		require.Empty(t, acctest.Messages(diagnostics))
		assert.NotContains(t, plan(drifted, percent, withGB("20.00", "5.00")), "error")
		assert.Contains(t, plan(drifted, percent, withGB("30.00", "5.00")), "would change from 2.00 to 30.00")
	})
}

func TestAccConfigurableOptionGroup_badInput(t *testing.T) {
	option := func(attributes map[string]any) map[string]any {
		all := map[string]any{"name": "O"}
		for name, value := range attributes {
			all[name] = value
		}
		return map[string]any{"options": map[string]any{"o": all}}
	}
	sub := func(attributes map[string]any) map[string]any {
		all := map[string]any{"name": "S"}
		for name, value := range attributes {
			all[name] = value
		}
		return option(map[string]any{"sub_options": map[string]any{"s": all}})
	}
	monthly := func(price any) map[string]any {
		return sub(map[string]any{"prices": map[string]any{"USD": map[string]any{"monthly": price}}})
	}
	const at = `options["o"].`
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		acctest.BadInput(t, env, typeName, map[string]any{"name": "Extras"}, []acctest.BadValue{
			{Name: "no name", Attributes: map[string]any{"name": nil}, Path: "name", Says: "Missing Configuration for Required Attribute"},
			{Name: "blank name", Attributes: map[string]any{"name": " "}, Path: "name", Says: "must not be empty"},
			{Name: "description", Attributes: map[string]any{"description": strings.Repeat("x", 65536)}, Path: "description", Says: "65535 bytes"},
			{Name: "product", Attributes: map[string]any{"product_ids": []any{"vps"}}, Path: "product_ids[*]", Says: "must be an id"},
			{Name: "product that does not exist", Attributes: map[string]any{"product_ids": []any{"4711"}}, Path: "product_ids", Says: "4711"},
			{Name: "key", Attributes: map[string]any{"options": map[string]any{"64gb": map[string]any{"name": "O"}}}, Path: `options["64gb"]`, Says: "must be a key"},
			{Name: "blank option name", Attributes: option(map[string]any{"name": ""}), Path: at + "name", Says: "must not be empty"},
			{Name: "type", Attributes: option(map[string]any{"type": "checkbox"}), Path: at + "type", Says: `"dropdown" "radio" "yes_no" "quantity"`},
			{Name: "order", Attributes: option(map[string]any{"order": -1}), Path: at + "order", Says: "between 0"},
			{Name: "quantities", Attributes: option(map[string]any{"quantity_minimum": 5, "quantity_maximum": 4}), Path: at + "quantity_minimum", Says: "greater than quantity_maximum"},
			{Name: "key of a sub-option", Attributes: option(map[string]any{"sub_options": map[string]any{"a b": map[string]any{"name": "S"}}}), Path: at + `sub_options["a b"]`, Says: "must be a key"},
			{Name: "blank sub-option name", Attributes: sub(map[string]any{"name": ""}), Path: at + `sub_options["s"].name`, Says: "must not be empty"},
			{Name: "currency code", Attributes: sub(map[string]any{"prices": map[string]any{"usd": map[string]any{}}}), Path: at + `sub_options["s"].prices["usd"]`, Says: "must be a currency code"},
			{Name: "unknown currency", Attributes: sub(map[string]any{"prices": map[string]any{"XXX": map[string]any{}}}), Path: at + `sub_options["s"].prices["XXX"]`, Says: "No currency has this code"},
			{Name: "misspelt cycle", Attributes: sub(map[string]any{"prices": map[string]any{"USD": map[string]any{"montly": "1"}}}), Path: at + `sub_options["s"].prices["USD"]["montly"]`, Says: `"monthly"`},
			{Name: "fee without a price", Attributes: sub(map[string]any{"setup_fees": map[string]any{"USD": map[string]any{"monthly": "1"}}}), Path: at + `sub_options["s"].setup_fees["USD"]`, Says: "Add USD to prices"},
			{Name: "negative price", Attributes: monthly("-1"), Path: at + `sub_options["s"].prices["USD"]["monthly"]`, Says: "is negative"},
			{Name: "too exact", Attributes: monthly("1.001"), Path: at + `sub_options["s"].prices["USD"]["monthly"]`, Says: "2"},
		})
	})
}

// TestAccConfigurableOptionGroup_sameNames: several options may have one name. A new key adopts an option only if its
// name is unique.
func TestAccConfigurableOptionGroup_sameNames(t *testing.T) {
	acctest.Each(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		p := env.Protocol(t)
		named := func(keys ...string) map[string]any {
			all := map[string]any{}
			for _, key := range keys {
				all[key] = map[string]any{"name": "Same"}
			}
			return map[string]any{"name": "Extras", "options": all}
		}
		made := p.Do(t, typeName, nil, named("a", "b"))
		before := env.WHMCS.Count(t, options)
		// Two that could be the one: neither is taken for it.
		made = p.Do(t, typeName, made, named("a", "c"))
		made = p.Do(t, typeName, made, named("d", "e"))
		require.Equal(t, before, env.WHMCS.Count(t, options))
		p.Do(t, typeName, made, nil)
	})
}
