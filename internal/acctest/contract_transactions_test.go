package acctest_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/stretchr/testify/assert"

	"github.com/hosting-iac/terraform-provider-hosting/internal/acctest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
)

// writtenTables are the tables that a write of each kind may change, and values for a write.
var writtenTables = map[string]struct {
	tables []string
	create object // nil where no object of the kind is made
	update object
	delete object // what a deletion expects, nil if no object of the kind is deleted
}{
	"product_group": {
		[]string{"tblproductgroups", "tblproducts_slugs"}, object{"name": "G"}, object{"headline": "H"}, object{"name": "G"},
	},
	"server": {
		[]string{"tblservers", "tblservergroupsrel"}, object{"name": "S", "module": "samplevps"}, object{"hostname": "h.example.com"}, object{"name": "S"},
	},
	"server_group": {[]string{"tblservergroups", "tblservergroupsrel"}, object{"name": "G"}, object{"fill_type": "fill_default_first"}, object{"name": "G"}},
	"product": {
		[]string{
			"tblproducts", "tblpricing", "tblproducts_slugs", "tblproductconfiglinks", "tblproduct_upgrade_products", "tblcustomfields",
			"tblcustomfieldsvalues", "tblproduct_recommendations", "tblondemandrenewals",
		},
		object{"product_group_id": "1", "name": "P"}, object{"tagline": "T"}, object{"product_group_id": "1", "name": "P"},
	},
	"configurable_option_group": {
		[]string{"tblproductconfiggroups", "tblproductconfigoptions", "tblproductconfigoptionssub", "tblproductconfiglinks", "tblpricing"},
		object{"name": "O"}, object{"description": "D"}, object{"name": "O"},
	},
	"addon_module":     {[]string{"tbladdonmodules", "tblconfiguration"}, object{"module": "sampleaddon"}, object{"settings": object{"place": "Bottom"}}, object{"module": "sampleaddon"}},
	"solusvm2_billing": {[]string{"tbladdonmodules"}, nil, object{"post_pay_enabled": true}, nil},
	"landing_page":     {[]string{"mod_terraform_files"}, nil, object{"content": "<h1>Cloud</h1>\n"}, object{"path": "p"}},
}

// TestContract_transactionalTables: a kind is refused, in the plan too, as long as one of the tables that it writes is
// not InnoDB. It can be read.
func TestContract_transactionalTables(t *testing.T) {
	options := postPayOptions(false, false, "'landing_page' => true", sandbox.SafetySettings{LandingPage: true})
	acctest.EachHost(t, options, func(t *testing.T, env *acctest.Env) {
		c := &contract{T: t, env: env}
		c.activate()
		for _, kind := range slices.Sorted(maps.Keys(writtenTables)) {
			c.refusesWithoutTransactions(kind)
		}
		env.WHMCS.SetEngine(t, "mod_terraform_requests", "MyISAM")
		c.refused(c.tryWrite(object{"op": "create", "kind": "product_group", "values": object{"name": "X"}}), "unsupported", "kind")
	})
}

// refusesWithoutTransactions converts each of a kind's tables in turn.
func (c *contract) refusesWithoutTransactions(kind string) {
	one := writtenTables[kind]
	id := "1"
	if one.create != nil {
		id, _ = c.create(kind, one.create)
	}
	requests := map[string]object{
		"plan of an update": {"op": "validate", "kind": kind, "id": id, "values": one.update},
		"update":            {"op": "update", "kind": kind, "id": id, "values": one.update},
	}
	if one.create != nil {
		requests["plan of a creation"] = object{"op": "validate", "kind": kind, "values": one.create}
		requests["create"] = object{"op": "create", "kind": kind, "values": one.create}
	}
	if one.delete != nil {
		requests["delete"] = object{"op": "delete", "kind": kind, "id": id, "expect": one.delete}
	}
	if kind == "solusvm2_billing" {
		requests["connect"] = object{"op": "connect", "values": object{"url": "https://panel.example.com", "api_key": "k"}}
	}
	for _, table := range one.tables {
		c.env.WHMCS.SetEngine(c, table, "MyISAM")
		for name, request := range requests {
			var o outcome
			if request["op"] == "validate" {
				o = c.tryRead(maps.Clone(request))
			} else {
				o = c.tryWrite(maps.Clone(request))
			}
			c.refused(o, "unsupported", "kind")
			assert.Equal(c, []any{object{"field": "kind", "message": "The database cannot roll back a failed write, because these tables are not InnoDB: " + table +
				". Run: ALTER TABLE " + table + " ENGINE=InnoDB ROW_FORMAT=DYNAMIC; Back up the database first. " +
				"Switch on the maintenance mode of WHMCS while the statements run"}}, o.Payload["errors"], "%s: %s", kind, name)
		}
		assert.NotNil(c, c.get(kind, id), "%s can be read", kind)
		c.assumes("transactional_tables", false, table)
		c.env.WHMCS.SetEngine(c, table, "InnoDB")
	}
	c.write(object{"op": "update", "kind": kind, "id": id, "values": one.update})
}

// TestTransactionalTables_plan: Terraform's plan fails with the statements to run.
func TestTransactionalTables_plan(t *testing.T) {
	acctest.EachHost(t, acctest.Options{}, func(t *testing.T, env *acctest.Env) {
		env.WHMCS.SetEngine(t, "tblservergroupsrel", "MyISAM")
		resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(), Steps: []resource.TestStep{{
			Config:      env.Config("resource \"hosting_whmcs_server_group\" \"one\" {\n  name = \"G\"\n}\n"),
			PlanOnly:    true,
			ExpectError: acctest.Says("The database cannot roll back a failed write", "ALTER TABLE tblservergroupsrel ENGINE=InnoDB ROW_FORMAT=DYNAMIC", "Back up the database first", "maintenance mode"),
		}}})
	})
}
