package acctest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/companion"
	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/kinds"
	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

// evidence is info's, by check, in its order.
func (c *contract) evidence() (names []string, by map[string]object) {
	c.Helper()
	by = map[string]object{}
	for _, element := range c.read(object{"op": "info"})["evidence"].([]any) {
		entry := element.(object)
		name, _ := entry["check"].(string)
		names, by[name] = append(names, name), entry
	}
	return names, by
}

// holds asserts one entry of the evidence and words of its detail.
func (c *contract) assumes(check string, ok bool, words ...string) {
	c.Helper()
	_, by := c.evidence()
	entry := by[check]
	require.NotNil(c, entry, check)
	assert.Equal(c, ok, entry["ok"], "%s: %v", check, entry["detail"])
	for _, word := range words {
		assert.Contains(c, entry["detail"], word, check)
	}
}

// dedicated makes a product of the TopLink module.
func (c *contract) dedicated(name string, customFields object) string {
	c.Helper()
	group, _ := c.create("product_group", object{"name": "Group of " + name})
	id, _ := c.create("product", object{"product_group_id": group, "name": name, "module": "toplink_dcim", "custom_fields": customFields})
	return id
}

var contractEvidenceCases = []struct {
	name string
	test func(c *contract)
}{
	{"evidence of a sound installation", func(c *contract) {
		names, by := c.evidence()
		assert.Equal(c, []string{
			"operator_settings", "opcache", "hooks_registered", "currency_recalculation", "currency_prices", "price_guards", "operating_systems", "staging_copy", "not_managed", "transactional_tables", "text_codecs", "core_tables",
			"four_byte_text", "strict_sql_mode", "encryption", "group_slugs", "product_slugs", "recommendations", "on_demand_renewals", "toplink_hash",
			"form_hooks", "local_api_connection",
		}, names)
		for name, entry := range by {
			sound := !c.env.Old() || name != "four_byte_text"
			assert.Equal(c, sound, entry["ok"], "%s: %v", name, entry["detail"])
			assert.NotEmpty(c, entry["detail"], name)
		}
		info := c.read(object{"op": "info"})
		assert.Equal(c, companion.Version, info["companion_version"], "sandbox, PHP and the embedded files are of one version")
		assert.Equal(c, "Pre Install System", info["toplink"].(object)["system_field"])
	}},
	{"evidence of prices that the cron recalculates", func(c *contract) {
		c.assumes("currency_recalculation", true) // the rates alone are updated
		c.env.WHMCS.SetConfiguration(c, "CurrencyAutoUpdateProductPrices", "on")
		c.assumes("currency_recalculation", false, "CurrencyAutoUpdateProductPrices")
	}},
	{"evidence of what customers can order in each currency", func(c *contract) {
		c.assumes("currency_prices", true, "USD: all visible products and addons can be ordered")
		c.env.WHMCS.SetPrice(c, "1", "EUR", "monthly", "-1.00")
		c.assumes("currency_prices", true, "EUR: cannot be ordered: products 1", "USD: all visible products and addons can be ordered")
		row := map[string]string{"type": "configoptions", "currency": "1", "monthly": "5.00"}
		for _, cycle := range []string{"quarterly", "semiannually", "annually", "biennially", "triennially"} {
			row[cycle] = "0.00"
		}
		for _, fee := range []string{"msetupfee", "qsetupfee", "ssetupfee", "asetupfee", "bsetupfee", "tsetupfee"} {
			row[fee] = "0.00"
		}
		group := c.env.WHMCS.Insert(c, "tblproductconfiggroups", map[string]string{"name": "Extras", "description": ""})
		option := c.env.WHMCS.Insert(c, "tblproductconfigoptions", map[string]string{
			"gid": group, "optionname": "Memory", "optiontype": "1", "qtyminimum": "0", "qtymaximum": "0", "order": "0", "hidden": "0",
		})
		sub := c.env.WHMCS.Insert(c, "tblproductconfigoptionssub", map[string]string{
			"configid": option, "optionname": "16 GB", "sortorder": "0", "hidden": "0",
		})
		row["relid"] = sub
		c.env.WHMCS.Insert(c, "tblpricing", row)
		// The product cannot be ordered in EUR, so that the sub-option matters in INR only.
		c.assumes("currency_prices", false, "in INR these configurable sub-options cost nothing", "another currency: "+sub)
		c.env.WHMCS.Set(c, "tblproductconfigoptionssub", sub, "hidden", "1")
		c.assumes("currency_prices", true)
		c.env.WHMCS.Set(c, "tblcurrencies", "2", "format", "4")
		c.assumes("currency_prices", true)
		c.env.WHMCS.SetPrice(c, "1", "INR", "monthly", "800.50")
		c.assumes("currency_prices", false, "WHMCS shows amounts in INR without decimals", "with decimals: 1")
		c.env.WHMCS.SetPrice(c, "1", "INR", "monthly", "800.00")
		addon := c.env.WHMCS.Insert(c, "tbladdons", map[string]string{
			"packages": "1", "name": "IP", "description": "", "billingcycle": "recurring", "tax": "0", "showorder": "0", "hidden": "0",
			"retired": "0", "downloads": "", "autoactivate": "", "suspendproduct": "0", "welcomeemail": "0", "autolinkby": "",
		})
		c.assumes("currency_prices", true, "USD: cannot be ordered: addons "+addon, "EUR: cannot be ordered: products 1, addons "+addon)
	}},
	{"evidence of hooks that are not loaded", func(c *contract) {
		c.env.WHMCS.SetConfiguration(c, "ModuleHooks", "other")
		c.assumes("hooks_registered", false, "hooks.php", "samplevps")
		c.env.WHMCS.SetConfiguration(c, "ModuleHooks", "other,samplevps")
		c.assumes("hooks_registered", true)
	}},
	{"evidence of hooks that store an admin form", func(c *contract) {
		c.env.WHMCS.SetModule(c, "servers/optionmaker", true)
		c.assumes("form_hooks", true)
		c.env.WHMCS.SetModule(c, "servers/formreader", true)
		// A hook point in a comment of the file is not named.
		c.assumes("form_hooks", false, "modules/servers/formreader/hooks.php (AdminProductConfigFieldsSave)")
	}},
	{"evidence of operating systems that were not synchronised", func(c *contract) {
		c.dedicated("No field", nil)
		c.assumes("operating_systems", true)
		c.dedicated("Of another kind", object{"os": object{"name": "Pre Install System", "type": "text"}})
		c.assumes("operating_systems", true)
		product := c.dedicated("Empty", nil)
		field := c.env.WHMCS.AddCustomField(c, product, "Pre Install System|Operating system", "")
		c.assumes("operating_systems", false, "Pre Install System", product)
		c.env.WHMCS.Set(c, "tblcustomfields", field, "fieldoptions", "Debian 12,AlmaLinux 9")
		c.assumes("operating_systems", true)
		for range 12 {
			product = c.dedicated("Many "+newContractKey(), nil)
			c.env.WHMCS.AddCustomField(c, product, "Pre Install System", " ")
		}
		c.assumes("operating_systems", false, "and more")
	}},
	{"evidence of a staging copy", func(c *contract) {
		before := c.read(object{"op": "info"})
		url, _ := before["system_url"].(string)
		c.env.WHMCS.SetConfiguration(c, "SystemURL", "https://staging.example.com/")
		c.assumes("staging_copy", false, "https://staging.example.com", before["installation"].(string))
		c.env.WHMCS.SetConfiguration(c, "SystemURL", url)
		c.assumes("staging_copy", true)
	}},
	{"evidence of objects that are not managed", func(c *contract) {
		_, before := c.evidence()
		var tables []string
		for _, of := range kinds.AllUnmanaged {
			tables = append(tables, of.Table+` \d+`)
		}
		assert.Regexp(c, "^"+strings.Join(tables, ", ")+"$", before["not_managed"]["detail"])
		c.assumes("not_managed", true, "tblpaymentgateways 0", "tbltax 0")
		for _, gateway := range []string{"paypal", "paypal", "stripe"} {
			c.env.WHMCS.Insert(c, "tblpaymentgateways", map[string]string{"gateway": gateway, "setting": "name", "value": "x"})
		}
		c.env.WHMCS.Insert(c, "tbltax", map[string]string{"name": "VAT", "country": "DE"})
		c.assumes("not_managed", true, "tblpaymentgateways 2", "tbltax 1")
	}},
	{"evidence of tables without transactions", func(c *contract) {
		c.env.WHMCS.SetEngine(c, "tblhosting", "MyISAM") // only read
		c.assumes("transactional_tables", true)
		c.env.WHMCS.SetEngine(c, "tblservergroups", "MyISAM")
		c.assumes("transactional_tables", false, "tblservergroups")
		c.refused(c.tryWrite(object{"op": "create", "kind": "server_group", "values": object{"name": "G", "fill_type": "least_full"}}), "unsupported", "kind")
		c.create("product_group", object{"name": "Another kind"})
	}},
	{"evidence of text that is stored in both ways", func(c *contract) {
		id, _ := c.create("product_group", object{"name": "Plain"})
		c.env.WHMCS.Set(c, "tblproductgroups", id, "name", "Research & Development")
		c.assumes("text_codecs", false, "product_group.name", "row 1", "row "+id)
		c.env.WHMCS.Set(c, "tblproductgroups", id, "name", "Research &amp; Development")
		c.assumes("text_codecs", true)
		one, _ := c.create("product_addon", object{"name": "Backup & restore"})
		other, _ := c.create("product_addon", object{"name": "Plain"})
		c.env.WHMCS.Set(c, "tbladdons", other, "name", "Remote & hands")
		c.assumes("text_codecs", false, "product_addon.name", "row "+one, "row "+other)
	}},
	{"evidence of what an older WHMCS lacks", func(c *contract) {
		c.env.WHMCS.SetConfiguration(c, "Version", "7.10.2-release.1")
		c.assumes("product_slugs", true)
		assert.Equal(c, "7.10.2", c.read(object{"op": "info"})["whmcs_version"])
	}},
	{"evidence of an access hash of another form", func(c *contract) {
		id, _ := c.create("server", object{"name": "S", "module": "toplink_dcim"})
		c.assumes("toplink_hash", true)
		c.env.WHMCS.Set(c, "tblservers", id, "accesshash", "a plain hash")
		c.assumes("toplink_hash", false, id)
	}},
}

// TestContract_operatorSettings: what the operator's file says shows in the evidence.
func TestContract_operatorSettings(t *testing.T) {
	for _, one := range []struct {
		name  string
		local string
		brake sandbox.SafetySettings
		check string
		ok    bool
		words string
	}{
		{"a fault", "<?php return ['readonly' => true];", sandbox.SafetySettings{Faults: []string{"companion.local.php: readonly: is not an entry that the companion knows"}}, "operator_settings", false, "readonly"},
	} {
		t.Run(one.name, func(t *testing.T) {
			options := acctest.Options{Sandbox: sandbox.Options{SafetySettings: &one.brake}, PHP: testhost.Options{CompanionLocal: one.local}}
			acctest.EachHost(t, options, func(t *testing.T, env *acctest.Env) {
				env.WHMCS.SetEngine(t, "tblservergroups", "MyISAM")
				c := &contract{T: t, env: env}
				c.assumes(one.check, one.ok, one.words)
			})
		})
	}
}

// TestContract_hookFile: without the companion's hook file the role editor drops its actions.
func TestContract_hookFile(t *testing.T) {
	options := acctest.Options{Sandbox: sandbox.Options{WithoutHookFile: true}, PHP: testhost.Options{WithoutHookFile: true}}
	acctest.EachHost(t, options, func(t *testing.T, env *acctest.Env) {
		c := &contract{T: t, env: env}
		c.assumes("hooks_registered", false, "includes/hooks/terraform.php")
		assert.Equal(t, false, c.read(object{"op": "info"})["hooks_registered"])
	})
}
