package companion_test

import (
	"testing"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
)

func TestProductLifecycle(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{StrictSQL: true})
	server, _ := w.create("server", object{"name": "s", "module": "toplink_dcim"})
	serverGroup, _ := w.create("server_group", object{"name": "g", "server_ids": list{server}})
	values := object{
		"product_group_id": "1", "name": "EPYC & 2 × NVMe", "slug": "epyc", "type": "server",
		"description": "<b>64</b> cores &amp; more", "short_description": "Fast & big", "tagline": "<new>", "color": "#1A2b3c",
		"show_domain_options": true, "tax": true, "featured": true, "order": 5,
		"pay_type": "recurring",
		"pricing": object{
			"USD": object{"monthly": object{"price": "2000", "setup_fee": "10.5"}, "annually": object{"price": "20000.00"}},
			"INR": object{},
		},
		"allow_multiple_quantities": "separate_services", "recurring_cycles_limit": 12, "auto_terminate_days": 30,
		"termination_email": "Service Termination Email", "welcome_email": "Dedicated/VPS Server Welcome Email", "upgrade_email": "",
		"prorata_billing": true, "prorata_date": 1, "prorata_charge_next_month": 20,
		"auto_setup": "on_payment", "module": "toplink_dcim", "server_group_id": serverGroup,
		"module_options": object{"11": "eleven", "Package": "gold"},
		"toplink_dcim":   object{"connection_node": "toplink_dcim", "data_center": "FRA", "suspend_action": "close port", "client_vnc": true, "client_power": false},
		"stock_control":  true, "quantity": 3, "subdomains": list{".b.example.com", ".a.example.com"},
		"free_domain": "once", "free_domain_billing_cycles": list{"Monthly", "Annually"}, "free_domain_tlds": list{".net", ".com"},
		"configurable_options_upgrade": true,
		"overages":                     object{"enabled": true, "disk_unit": "GB", "disk_limit": 100, "disk_price": "0.0125"},
		"affiliate":                    object{"one_time": true, "pay_type": "percentage", "pay_amount": "5"},
		"recommended_product_ids":      list{"1"},
		"upgrade_product_ids":          list{"1"},
		"on_demand_renewal":            object{"override": true, "enabled": true, "monthly": 14},
	}
	created := w.ok(w.write(object{"op": "create", "kind": "product", "values": values}))
	w.holds(created, object{"module_option_numbers": object{"11": 11, "Package": 3}})
	id := created["id"].(string)
	want := object{
		"id": id, "product_group_id": "1", "name": "EPYC & 2 × NVMe", "slug": "epyc", "type": "server",
		"description": "<b>64</b> cores &amp; more", "short_description": "Fast & big", "tagline": "<new>", "color": "#1A2b3c",
		"hidden": false, "show_domain_options": true, "retired": false, "tax": true, "featured": true, "order": 5,
		"pay_type": "recurring",
		"pricing": object{
			"EUR": object{}, "INR": object{},
			"USD": object{
				"monthly":  object{"price": "2000.00", "setup_fee": "10.50"},
				"annually": object{"price": "20000.00", "setup_fee": "0.00"},
			},
		},
		"allow_multiple_quantities": "separate_services", "recurring_cycles_limit": 12, "auto_terminate_days": 30,
		"termination_email": "Service Termination Email", "welcome_email": "Dedicated/VPS Server Welcome Email", "upgrade_email": "",
		"prorata_billing": true, "prorata_date": 1, "prorata_charge_next_month": 20,
		"auto_setup": "on_payment", "module": "toplink_dcim", "server_group_id": serverGroup,
		"module_options": object{"1": "toplink_dcim", "2": "FRA", "3": "gold", "4": "close port", "6": "on"},
		"toplink_dcim": object{
			"connection_node": "toplink_dcim", "data_center": "FRA", "package": "gold", "suspend_action": "close port", "terminate_action": "",
			"client_vnc": true, "client_power": false, "client_reinstall": false, "client_port_limits": false, "client_hardware_info": false,
		},
		"stock_control": true, "quantity": 3, "subdomains": list{".b.example.com", ".a.example.com"},
		"free_domain": "once", "free_domain_billing_cycles": list{"Annually", "Monthly"}, "free_domain_tlds": list{".com", ".net"},
		"configurable_options_upgrade": true,
		"overages": object{
			"enabled": true, "disk_unit": "GB", "bandwidth_unit": "MB", "disk_limit": 100, "bandwidth_limit": 0,
			"disk_price": "0.0125", "bandwidth_price": "0.0000",
		},
		"affiliate":               object{"one_time": true, "pay_type": "percentage", "pay_amount": "5.00"},
		"recommended_product_ids": list{"1"}, "upgrade_product_ids": list{"1"},
		"on_demand_renewal": object{
			"override": true, "enabled": true, "monthly": 14, "quarterly": 0, "semiannually": 0, "annually": 0, "biennially": 0, "triennially": 0,
		},
		"custom_fields": object{},
	}
	row := created["row"].(object)
	// The module declares 10 options, so option 11 may be a password.
	prints := row["module_option_fingerprints"].(object)
	if len(prints) != 1 || prints["11"] == nil {
		t.Errorf("fingerprints %v", prints)
	}
	want["module_option_fingerprints"] = prints
	w.holds(row, want)
	w.holds(w.row("product", id), want)
	if len(row) != len(want) {
		t.Errorf("the row has %d fields, want %d", len(row), len(want))
	}
	if rows := w.queryText("SELECT COUNT(*) FROM tblpricing WHERE type = 'product' AND relid = ?", id); rows != "3" {
		t.Errorf("%s price rows", rows)
	}

	updated := w.ok(w.update("product", id,
		object{
			"pricing":        object{"USD": object{"annually": object{"price": "20000"}, "monthly": object{"price": "2000.0", "setup_fee": "10.50"}}},
			"module_options": object{"Package": "gold", "11": "eleven"}, "overages": object{"disk_price": "0.01250"},
			"server_group_id": serverGroup, "recommended_product_ids": list{"1"}, "on_demand_renewal": object{"override": true},
		},
		object{
			"pricing":        object{"USD": object{"monthly": object{"price": "1999.99"}}},
			"module_options": object{"11": "", "Suspend Action": "none"}, "overages": object{"enabled": false, "disk_unit": "MB"},
			"server_group_id": nil, "recommended_product_ids": list{}, "upgrade_product_ids": list{}, "on_demand_renewal": object{"override": false, "enabled": false, "monthly": 0},
			"slug": "epyc-2",
		},
	))
	w.holds(updated, object{"module_option_numbers": object{"11": 11, "Suspend Action": 4}})
	w.holds(updated["row"].(object), object{
		"pricing":                 object{"EUR": object{}, "INR": object{}, "USD": object{"monthly": object{"price": "1999.99", "setup_fee": "0.00"}}},
		"module_options":          object{"1": "toplink_dcim", "2": "FRA", "3": "gold", "4": "none", "6": "on"},
		"server_group_id":         nil,
		"recommended_product_ids": list{}, "upgrade_product_ids": list{},
		"slug": "epyc-2",
		"overages": object{
			"enabled": false, "disk_unit": "MB", "bandwidth_unit": "MB", "disk_limit": 100, "bandwidth_limit": 0,
			"disk_price": "0.0125", "bandwidth_price": "0.0000",
		},
	})
	if slugs := w.queryText("SELECT GROUP_CONCAT(CONCAT(slug, active) ORDER BY id) FROM tblproducts_slugs WHERE product_id = ?", id); slugs != "epyc0,epyc-21" {
		t.Errorf("slugs are %s", slugs)
	}

	w.exec("INSERT INTO tblproductconfiglinks (gid, pid) VALUES (1, ?)", id)
	w.exec("INSERT INTO tblproduct_upgrade_products (product_id, upgrade_product_id) VALUES (?, 1)", id)
	w.ok(w.delete("product", id, object{"product_group_id": "1", "name": "EPYC & 2 × NVMe"}))
	for table, column := range map[string]string{
		"tblpricing": "relid", "tblproducts_slugs": "product_id", "tblproductconfiglinks": "pid", "tblproduct_upgrade_products": "product_id",
	} {
		if left := w.queryText("SELECT COUNT(*) FROM "+table+" WHERE "+column+" = ?", id); left != "0" {
			t.Errorf("%s rows are left in %s", left, table)
		}
	}
}

func TestProductDefaults(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{})
	id, row := w.create("product", object{"product_group_id": "1", "name": "Plain"})
	w.holds(row, object{
		"type": "server", "pay_type": "free", "auto_setup": "never", "hidden": false, "slug": "plain", "module": "", "server_group_id": nil,
		"pricing": object{"USD": object{}, "INR": object{}, "EUR": object{}}, "module_options": object{}, "toplink_dcim": nil,
	})
	// A name in another group, or in another case, is a different name.
	group, _ := w.create("product_group", object{"name": "Second"})
	w.create("product", object{"product_group_id": group, "name": "Plain"})
	duplicate := w.write(object{"op": "create", "kind": "product", "values": object{"product_group_id": "1", "name": "Plain"}})
	w.holds(w.fails(duplicate, "exists"), object{"kind": "product", "id": id, "key": object{"product_group_id": "1", "name": "Plain"}})
	w.fails(w.update("product", id, object{}, object{"product_group_id": group}), "exists")
	moved := w.ok(w.update("product", id, object{}, object{"product_group_id": group, "name": "Moved", "slug": "moved"}))
	w.holds(moved["row"].(object), object{"product_group_id": group, "slug": "moved"})

	// If a product moves to a group that already has its slug, the product gets another slug.
	third, _ := w.create("product", object{"product_group_id": "1", "name": "Third", "slug": "moved"})
	moved = w.ok(w.update("product", third, object{}, object{"product_group_id": group}))
	w.holds(moved["row"].(object), object{"slug": "moved-" + third})
	w.failsOn(w.update("product", third, object{}, object{"slug": "plain"}), "invalid", "slug")
}

func TestProductPayTypes(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{})
	once := object{"USD": object{"one_time": object{"price": "99", "setup_fee": "1"}}}
	id, row := w.create("product", object{"product_group_id": "1", "name": "Once", "pay_type": "one_time", "pricing": once})
	w.holds(row, object{"pricing": object{"EUR": object{}, "INR": object{}, "USD": object{"one_time": object{"price": "99.00", "setup_fee": "1.00"}}}})
	if stored := w.queryText("SELECT CONCAT(monthly, ' ', msetupfee, ' ', annually) FROM tblpricing WHERE relid = ? AND currency = 1", id); stored != "99.00 1.00 -1.00" {
		t.Errorf("stored %s", stored)
	}
	w.failsOn(w.update("product", id, object{}, object{"pay_type": "recurring", "pricing": once}), "invalid", "pricing.USD.one_time")
	monthly := object{"USD": object{"monthly": object{"price": "99", "setup_fee": "1"}}}
	w.failsOn(w.update("product", id, object{}, object{"pricing": monthly}), "invalid", "pricing.USD.monthly")
	changed := w.ok(w.update("product", id, object{"pricing": once}, object{"pay_type": "recurring", "pricing": monthly}))
	w.holds(changed["row"].(object)["pricing"].(object), object{"USD": object{"monthly": object{"price": "99.00", "setup_fee": "1.00"}}})
}

func TestProductRefusals(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{})
	create := func(values object) response {
		full := object{"product_group_id": "1", "name": "p"}
		for name, value := range values {
			full[name] = value
		}
		return w.write(object{"op": "create", "kind": "product", "values": full})
	}
	recurring := func(pricing object) object { return object{"pay_type": "recurring", "pricing": pricing} }
	for name, test := range map[string]struct {
		values object
		code   string
		fields []string
	}{
		"group":             {object{"product_group_id": "77"}, "invalid", []string{"product_group_id"}},
		"group as a number": {object{"product_group_id": 1}, "invalid", []string{"product_group_id"}},
		"unknown currency":  {recurring(object{"GBP": object{}}), "invalid", []string{"pricing.GBP"}},
		"unknown cycle":     {recurring(object{"USD": object{"weekly": object{"price": "1"}}}), "invalid", []string{"pricing.USD.weekly"}},
		"negative price":    {recurring(object{"USD": object{"monthly": object{"price": "-1"}}}), "invalid", []string{"pricing.USD.monthly.price"}},
		"price as a number": {recurring(object{"USD": object{"monthly": object{"price": 1}}}), "invalid", []string{"pricing.USD.monthly.price"}},
		"three decimals":    {recurring(object{"USD": object{"monthly": object{"price": "1.001"}}}), "invalid", []string{"pricing.USD.monthly.price"}},
		"no price":          {recurring(object{"USD": object{"monthly": object{"setup_fee": "1"}}}), "invalid", []string{"pricing.USD.monthly.price"}},
		"type":              {object{"type": "vps"}, "invalid", []string{"type"}},
		"colour":            {object{"color": "red"}, "invalid", []string{"color"}},
		"email":             {object{"welcome_email": "Invoice Created"}, "invalid", []string{"welcome_email"}},
		"prorata":           {object{"prorata_date": 32}, "invalid", []string{"prorata_date"}},
		"cycles limit":      {object{"recurring_cycles_limit": 1000}, "invalid", []string{"recurring_cycles_limit"}},
		"subdomain":         {object{"subdomains": list{"example.com"}}, "invalid", []string{"subdomains.0"}},
		"tagline":           {object{"tagline": longText(256)}, "invalid", []string{"tagline"}},
		"module":            {object{"module": "missing"}, "unsupported", []string{"module"}},
		"server group":      {object{"server_group_id": "9"}, "invalid", []string{"server_group_id"}},
		"option number":     {object{"module_options": object{"25": "x"}}, "invalid", []string{"module_options.25"}},
		"option without a module": {
			object{"module_options": object{"Plan": "small"}}, "invalid", []string{"module_options.Plan"},
		},
		"option name": {
			object{"module": "samplevps", "module_options": object{"Plans": "s"}}, "invalid", []string{"module_options.Plans"},
		},
		"option choice": {
			object{"module": "samplevps", "module_options": object{"Plan": "Small", "3": "yes"}}, "invalid",
			[]string{"module_options.3", "module_options.Plan"},
		},
		"option twice": {
			object{"module": "samplevps", "module_options": object{"1": "small", "Plan": "medium"}}, "invalid", []string{"module_options.Plan"},
		},
		"toplink for another module": {
			object{"module": "samplevps", "toplink_dcim": object{"package": "x"}}, "invalid", []string{"toplink_dcim"},
		},
		"toplink choice": {
			object{"module": "toplink_dcim", "toplink_dcim": object{"suspend_action": "explode"}}, "invalid", []string{"toplink_dcim.suspend_action"},
		},
		"toplink twice": {
			object{"module": "toplink_dcim", "toplink_dcim": object{"package": "x"}, "module_options": object{"3": "y"}}, "invalid",
			[]string{"toplink_dcim.package"},
		},
		"unit without overages": {object{"overages": object{"disk_unit": "GB"}}, "invalid", []string{"overages.disk_unit"}},
		"overage price":         {object{"overages": object{"disk_price": "100"}}, "invalid", []string{"overages.disk_price"}},
		"affiliate":             {object{"affiliate": object{"pay": "x"}}, "invalid", []string{"affiliate.pay"}},
		"recommendation":        {object{"recommended_product_ids": list{"99"}}, "invalid", []string{"recommended_product_ids"}},
		"renewal":               {object{"on_demand_renewal": object{"enabled": true}}, "invalid", []string{"on_demand_renewal.enabled"}},
	} {
		t.Run(name, func(t *testing.T) {
			at := &whmcs{Installation: w.Installation, t: t}
			at.failsOn(create(test.values), test.code, test.fields...)
		})
	}
	if count := w.queryText("SELECT COUNT(*) FROM tblproducts"); count != "1" {
		t.Errorf("%s products: a refused creation left one behind", count)
	}
}

func TestProductInUse(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{})
	key := object{"product_group_id": "1", "name": "p"}
	id, _ := w.create("product", object{"product_group_id": "1", "name": "p", "module": "samplevps", "module_options": object{"1": "small"}})
	w.addService(id, "", "Cancelled")
	w.addService(id, "", "Active")
	w.exec("INSERT INTO tblbundles (name, itemdata) VALUES ('b', CONCAT('a:1:{i:0;a:2:{s:4:\"type\";s:7:\"product\";s:3:\"pid\";s:', LENGTH(?), ':\"', ?, '\";}}'))", id, id)
	w.exec("INSERT INTO tblpromotions (code, appliesto, requires) VALUES ('A', CONCAT('1,', ?), ''), ('B', CONCAT(?, '1'), '')", id, id)

	w.holds(w.fails(w.delete("product", id, key), "in_use"), object{"references": list{
		object{"kind": "services", "count": 2}, object{"kind": "bundles", "count": 1}, object{"kind": "promotions", "count": 1},
	}})
	row := w.ok(w.read(object{"op": "get", "kind": "product", "ids": list{id}, "with": list{"usage"}}))["rows"].(list)[0].(object)
	w.holds(row, object{"usage": object{"services": 2, "live_services": 1, "quantity": 0}})

	guarded := func(values object) response {
		return w.write(object{"op": "update", "kind": "product", "id": id, "expect": object{}, "values": values, "guard_live": list{"module_options", "type"}})
	}
	w.ok(guarded(object{"module_options": object{"Plan": "small"}, "type": "server", "tagline": "new"}))
	w.holds(w.fails(guarded(object{"module_options": object{"Plan": "medium"}}), "in_use"),
		object{"references": list{object{"kind": "services", "count": 1}}})
}

func TestProductOnAnOlderWHMCS(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{Version: "8.0.4-release.1"})
	_, row := w.create("product", object{"product_group_id": "1", "name": "new", "slug": "new"})
	w.holds(row, object{"slug": "new"})
	w.exec("ALTER TABLE tblproducts DROP COLUMN color, DROP COLUMN tagline, DROP COLUMN short_description")
	w.exec("DROP TABLE tblondemandrenewals")
	w.exec("ALTER TABLE tblproduct_recommendations RENAME COLUMN sortorder TO position")
	w.holds(w.row("product", "1"), object{
		"color": nil, "tagline": nil, "short_description": nil, "on_demand_renewal": nil, "recommended_product_ids": nil,
	})
	w.failsOn(w.update("product", "1", object{}, object{"color": "#000000", "on_demand_renewal": object{}, "recommended_product_ids": list{}}),
		"unsupported", "color", "on_demand_renewal", "recommended_product_ids")
}

func TestProductSeed(t *testing.T) {
	t.Parallel()
	w := newWHMCS(t, testhost.Options{})
	ten := object{"monthly": object{"price": "10.00", "setup_fee": "0.00"}}
	w.holds(w.row("product", "1"), object{
		"name": "Legacy VPS", "short_description": "Small & <simple>", "description": "<b>5 GB</b> of space", "slug": "legacy-vps",
		"module": "samplevps", "module_options": object{}, "pricing": object{"USD": ten, "INR": ten, "EUR": ten},
	})
	currencies := w.ok(w.read(object{"op": "list", "kind": "currency"}))["rows"].(list)
	w.holds(currencies[2].(object), object{
		"id": "3", "code": "EUR", "prefix": "€", "suffix": " EUR", "format": 3, "rate": "0.92000", "default": false,
	})
	emails := w.ok(w.read(object{"op": "list", "kind": "email_template", "filter": object{"type": "product", "language": ""}}))["rows"].(list)
	w.holds(emails[0].(object), object{"name": "Dedicated/VPS Server Welcome Email", "custom": false, "disabled": false})
	if len(emails) != 3 {
		t.Errorf("%d e-mail templates", len(emails))
	}
}
