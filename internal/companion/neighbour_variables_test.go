package companion_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
)

// productEditVariables are the variables that WHMCS documents for ProductEdit, with their stored values after the
// test's creation. The source is the hooks reference in the developer documentation (Products and Services, January
// 2026). The list is written by hand, as a check of the companion's list.
var productEditVariables = map[string]any{
	"type": "server", "gid": 1, "name": "Research &amp; Development", "description": "<b>Fast</b>", "welcomeemail": 2,
	"showdomainoptions": 1, "stockcontrol": 1, "qty": 3, "tax": 1, "is_featured": 1, "hidden": 1, "retired": 0,
	"paytype": "recurring", "allowqty": 3, "recurringcycles": 12, "autoterminatedays": 30, "autoterminateemail": 4,
	"proratabilling": 1, "proratadate": 1, "proratachargenextmonth": 20, "servertype": "samplevps", "servergroup": 1,
	"autosetup": "payment", "configoptionsupgrade": 1, "upgradeemail": 3, "freedomain": "once",
	"freedomainpaymentterms": "annually", "freedomaintlds": ".com,.net", "affiliatepaytype": "fixed",
	"affiliatepayamount": "5.00", "affiliateonetime": 1, "subdomain": ".a.example.com", "overagesenabled": "1,GB,MB",
	"overagesdisklimit": 100, "overagesbwlimit": 7, "overagesdiskprice": "0.0125", "overagesbwprice": "0.5000",
	"ondemandrenewalconfigurationoverride": "1", "ondemandrenewalsenabled": 1, "ondemandrenewalperiodmonthly": 14,
	"ondemandrenewalperiodquarterly": 15, "ondemandrenewalperiodsemiannually": 16, "ondemandrenewalperiodannually": 17,
	"ondemandrenewalperiodbiennially": 18, "ondemandrenewalperiodtriennially": 19,
	"configoption1": "medium", "configoption2": "50", "configoption3": "on", "configoption4": "tok-5f1d7c",
	"configoption5": "", "configoption6": "", "configoption7": "", "configoption8": "", "configoption9": "",
	"configoption10": "", "configoption11": "", "configoption12": "", "configoption13": "", "configoption14": "",
	"configoption15": "", "configoption16": "", "configoption17": "", "configoption18": "", "configoption19": "",
	"configoption20": "", "configoption21": "", "configoption22": "", "configoption23": "", "configoption24": "last",
}

// recorded returns the calls of hooks that HooksRecord wrote down, as "point id".
func (w *whmcs) recorded() (calls []string, rows []map[string]any) {
	w.t.Helper()
	rows = w.query("SELECT * FROM testhost_hooks ORDER BY id")
	for _, row := range rows {
		var variables map[string]any
		if err := json.Unmarshal([]byte(row["variables"].(string)), &variables); err != nil {
			w.t.Fatal(err)
		}
		id := variables["pid"]
		if id == nil {
			id = variables["serverid"]
		}
		calls = append(calls, fmt.Sprint(row["point"], " ", id))
	}
	return calls, rows
}

// ProductEdit runs once after a creation and once after a change, with every documented variable of the committed row.
func TestNeighbourProductEditVariables(t *testing.T) {
	t.Parallel()
	for mode, options := range map[string]testhost.Options{"modern": {}, "old": {Legacy: true, ArrayResults: true}} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			options.Hooks = testhost.HooksRecord
			w := newWHMCS(t, options)
			w.create("server_group", object{"name": "g"})
			id, _ := w.create("product", object{
				"product_group_id": "1", "name": "Research & Development", "description": "<b>Fast</b>", "type": "server",
				"welcome_email": "Dedicated/VPS Server Welcome Email", "upgrade_email": "Other Product/Service Welcome Email",
				"termination_email": "Service Termination Email", "show_domain_options": true, "stock_control": true, "quantity": 3,
				"tax": true, "featured": true, "hidden": true, "pay_type": "recurring", "allow_multiple_quantities": "combined",
				"recurring_cycles_limit": 12, "auto_terminate_days": 30, "prorata_billing": true, "prorata_date": 1,
				"prorata_charge_next_month": 20, "module": "samplevps", "server_group_id": "1", "auto_setup": "on_payment",
				"configurable_options_upgrade": true, "free_domain": "once", "free_domain_billing_cycles": list{"annually"},
				"free_domain_tlds": list{".net", ".com"}, "subdomains": list{".a.example.com"},
				"affiliate": object{"one_time": true, "pay_type": "fixed", "pay_amount": "5"},
				"overages": object{
					"enabled": true, "disk_unit": "GB", "disk_limit": 100, "bandwidth_limit": 7, "disk_price": "0.0125", "bandwidth_price": "0.5",
				},
				"on_demand_renewal": object{
					"override": true, "enabled": true, "monthly": 14, "quarterly": 15, "semiannually": 16, "annually": 17, "biennially": 18,
					"triennially": 19,
				},
				"module_options": object{"Plan": "medium", "Disk": "50", "Backups": "on", "Token": "tok-5f1d7c", "24": "last"},
			})
			w.ok(w.update("product", id, object{}, object{"name": "Renamed"}))

			calls, rows := w.recorded()
			if want := []string{"ProductEdit " + id, "ProductEdit " + id}; !slices.Equal(calls, want) {
				t.Fatalf("hooks %v, want %v", calls, want)
			}
			for number, name := range []string{"Research &amp; Development", "Renamed"} {
				want := maps.Clone(productEditVariables)
				want["pid"], want["name"] = id, name
				var got map[string]any
				decoder := json.NewDecoder(strings.NewReader(rows[number]["variables"].(string)))
				decoder.UseNumber()
				if err := decoder.Decode(&got); err != nil {
					t.Fatal(err)
				}
				for variable, value := range want {
					if fmt.Sprint(got[variable]) != fmt.Sprint(value) {
						t.Errorf("call %d: %s is %v, want %v", number+1, variable, got[variable], value)
					}
				}
				for variable := range got {
					if _, known := want[variable]; !known {
						t.Errorf("call %d: the variable %s is not documented", number+1, variable)
					}
				}
				if row := rows[number]; fmt.Sprintf("%v %v %v", row["in_transaction"], row["is_stored"], row["name"]) != "0 1 "+name {
					t.Errorf("call %d: in transaction, stored, name: %v %v %v", number+1, row["in_transaction"], row["is_stored"], row["name"])
				}
			}
		})
	}
}

// A variable of a column or table that this WHMCS lacks is left out.
func TestNeighbourProductEditOnAnOlderWHMCS(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{Version: "7.10.2-release.1", Hooks: testhost.HooksRecord})
	w.exec("ALTER TABLE tblproducts DROP COLUMN is_featured")
	w.exec("DROP TABLE tblondemandrenewals")
	w.ok(w.update("product", "1", object{}, object{"description": "new"}))
	calls, rows := w.recorded()
	if !slices.Equal(calls, []string{"ProductEdit 1"}) {
		t.Fatalf("hooks %v", calls)
	}
	variables := rows[0]["variables"].(string)
	if strings.Contains(variables, "is_featured") || strings.Contains(variables, "ondemand") || !strings.Contains(variables, `"servertype":"samplevps"`) {
		t.Errorf("the variables are %s", variables)
	}
}

// The hooks of servers run once, outside of a transaction. Objects that change with the written one run none.
func TestNeighbourServerHooks(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{Hooks: testhost.HooksRecord})
	one, _ := w.create("server", object{"name": "one", "module": "samplevps", "default_for_module": true})
	two, _ := w.create("server", object{"name": "two", "module": "samplevps", "default_for_module": true}) // changes the first one
	w.ok(w.update("server", one, object{}, object{"default_for_module": true}))                            // changes the second one
	w.create("server_group", object{"name": "g", "server_ids": list{two}})
	w.ok(w.update("server", two, object{"noc": ""}, object{"noc": "x"}))
	calls, rows := w.recorded()
	if want := []string{"ServerAdd " + one, "ServerAdd " + two, "ServerEdit " + one, "ServerEdit " + two}; !slices.Equal(calls, want) {
		t.Errorf("hooks %v, want %v", calls, want)
	}
	for _, row := range rows {
		if fmt.Sprintf("%v %v", row["in_transaction"], row["is_stored"]) != "0 1" {
			t.Errorf("%v", row)
		}
		if variables := row["variables"].(string); strings.Count(variables, ":") != 1 {
			t.Errorf("%s gets %s", row["point"], variables)
		}
	}
	// One more is the server that the group contains.
	if count := w.queryText("SELECT COUNT(*) FROM tblactivitylog WHERE description LIKE '%changed server % with it'"); count != "3" {
		t.Errorf("%s entries about servers that changed with another object", count)
	}
}

// Hooks find no parameters of the request: no form of the admin area, and not the API credential.
func TestNeighbourHooksFindNoForm(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{Hooks: testhost.HooksRecord})
	w.create("product", object{"product_group_id": "1", "name": "p"})
	w.ok(w.read(object{"op": "info"})) // the next request is served as before
	_, rows := w.recorded()
	if len(rows) != 1 || rows[0]["request"] != "[[],[],[]]" {
		t.Errorf("the hooks find %v", rows)
	}
}

// A module that reads the form of the admin area loses nothing, whichever product is written.
func TestNeighbourFormReaderLosesNothing(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{})
	if err := w.SetModule("servers/formreader", true); err != nil {
		t.Fatal(err)
	}
	w.exec("UPDATE tblconfiguration SET value = 'samplevps,formreader' WHERE setting = 'ModuleHooks'")
	w.exec("CREATE TABLE mod_formreader (pid INT NOT NULL PRIMARY KEY, quota INT NOT NULL)")
	w.exec("INSERT INTO mod_formreader (pid, quota) VALUES (1, 5), (2, 7), (3, 9)")
	id, row := w.create("product", object{"product_group_id": "1", "name": "p", "module": "formreader", "module_options": object{"Plan": "big"}})
	w.holds(w.ok(w.update("product", id, object{}, object{"name": "q"})), object{"hook_errors": list{}})
	w.ok(w.update("product", "1", object{}, object{"description": "d"}))
	if got := w.queryText("SELECT GROUP_CONCAT(CONCAT(pid, '=', quota) ORDER BY pid) FROM mod_formreader"); got != "1=5,2=7,3=9" {
		t.Errorf("the module's settings are %s", got)
	}
	w.holds(row, object{"module_options": object{"1": "big"}})
	w.holds(w.row("product", id), object{"module_options": object{"1": "big"}})
}

// A module that decides by servertype makes its custom field and its options. The response reports the changes of
// hooks.
func TestNeighbourModuleMakesFieldsAndOptions(t *testing.T) {
	t.Parallel()
	for mode, options := range map[string]testhost.Options{"modern": {}, "old": {Legacy: true, ArrayResults: true}} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			w := newWHMCS(t, options)
			if err := w.SetModule("servers/optionmaker", true); err != nil {
				t.Fatal(err)
			}
			w.exec("UPDATE tblconfiguration SET value = 'samplevps,optionmaker' WHERE setting = 'ModuleHooks'")
			other, _ := w.create("product", object{"product_group_id": "1", "name": "other", "module": "samplevps"})
			made := w.ok(w.write(object{"op": "create", "kind": "product", "values": object{
				"product_group_id": "1", "name": "p", "module": "optionmaker", "module_options": object{"Plan": "big"},
			}}))
			w.holds(made, object{"hook_errors": list{"ProductEdit: a hook changed custom_fields"}})
			id := made["id"].(string)
			fields := w.row("product", id)["custom_fields"].(object)
			if len(fields) != 1 || !strings.Contains(marshal(fields), "node_id|Node") {
				t.Errorf("the custom fields are %v", fields)
			}
			group := w.queryText("SELECT GROUP_CONCAT(gid) FROM tblproductconfiglinks WHERE pid = ?", id)
			options := marshal(w.row("configurable_option_group", group))
			if !strings.Contains(options, "location|Location") || !strings.Contains(options, "fra|Frankfurt") {
				t.Errorf("the options are %s", options)
			}
			w.holds(w.ok(w.update("product", id, object{}, object{"description": "d"})), object{"hook_errors": list{}})
			if count := w.queryText("SELECT COUNT(*) FROM tblcustomfields WHERE relid = ?", other); count != "0" {
				t.Errorf("the other product has %s fields", count)
			}
		})
	}
}

// A password among the variables that a hook puts into its error does not reach the caller.
func TestNeighbourHookErrorsHoldNoModulePassword(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{Hooks: testhost.HooksQuote})
	created := w.write(object{"op": "create", "kind": "product", "values": object{
		"product_group_id": "1", "name": "p", "module": "samplevps", "module_options": object{"Plan": "small", "Token": "tok-5f1d7c"},
	}})
	w.ok(created)
	changed := w.update("product", created.payload["id"].(string), object{}, object{"description": "d"})
	w.ok(changed)
	for _, got := range []response{created, changed} {
		if strings.Contains(got.raw, "tok-5f1d7c") || !strings.Contains(got.raw, "small") || !strings.Contains(got.raw, "********") {
			t.Errorf("the answer is %s", got.raw)
		}
	}
}

// The evidence shows whether a failed creation of a product is rolled back.
func TestNeighbourLocalAPIConnection(t *testing.T) {
	t.Parallel()
	newWHMCS(t, testhost.Options{}).assertEvidence("local_api_connection", true, "on the companion's database connection")
	newWHMCS(t, testhost.Options{LocalAPIElsewhere: true}).assertEvidence("local_api_connection", false, "ran no statement on the companion's database connection")
}

// A module that looks its product up in ProductDelete finds it.
func TestNeighbourDeleteHookFindsItsRow(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{Hooks: testhost.HooksRecord})
	if err := w.SetModule("servers/optionmaker", true); err != nil {
		t.Fatal(err)
	}
	w.exec("UPDATE tblconfiguration SET value = 'optionmaker' WHERE setting = 'ModuleHooks'")
	id, _ := w.create("product", object{"product_group_id": "1", "name": "p", "module": "optionmaker"})
	w.holds(w.ok(w.delete("product", id, object{"product_group_id": "1", "name": "p"})), object{"hook_errors": list{}})
	calls, rows := w.recorded()
	if want := []string{"ProductEdit " + id, "ProductDelete " + id}; !slices.Equal(calls, want) {
		t.Fatalf("hooks %v, want %v", calls, want)
	}
	last := rows[1]
	if got := fmt.Sprintf("%v %v %v %v", last["variables"], last["in_transaction"], last["is_stored"], last["name"]); got != `{"pid":`+id+`} 0 1 p` {
		t.Errorf("the hook gets and sees %s", got)
	}
	if said := w.queryText("SELECT COUNT(*) FROM tblactivitylog WHERE description = 'Option Maker says goodbye to p'"); said != "1" {
		t.Errorf("the module has said goodbye %s times", said)
	}
}
