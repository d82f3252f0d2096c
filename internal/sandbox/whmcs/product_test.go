package whmcs_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/kinds"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/sandboxtest"
	"github.com/hosting-iac/terraform-provider-hosting/internal/sandbox/whmcs"
)

func price(amount, fee string) object {
	return object{"price": amount, "setup_fee": fee}
}

func TestProductDefaults(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	id, row := sandboxtest.Create(t, sb, "product", object{"product_group_id": "1", "name": "Metal <L>"})
	off := object{}
	want := object{
		"id": id, "product_group_id": "1", "name": "Metal <L>", "slug": "metal-l", "type": "server", "hidden": false,
		"pay_type": "free", "pricing": object{"USD": off, "INR": off, "EUR": off}, "allow_multiple_quantities": "no",
		"auto_setup": "never", "module": "", "server_group_id": nil, "module_options": object{},
		"module_option_fingerprints": object{}, "custom_fields": object{}, "toplink_dcim": nil, "free_domain": "no",
		"overages": object{
			"enabled": false, "disk_unit": "MB", "bandwidth_unit": "MB", "disk_limit": 0.0, "bandwidth_limit": 0.0,
			"disk_price": "0.0000", "bandwidth_price": "0.0000",
		},
		"affiliate": object{"one_time": false, "pay_type": "default", "pay_amount": "0.00"}, "recommended_product_ids": []any{}, "upgrade_product_ids": []any{},
		"on_demand_renewal": object{
			"override": false, "enabled": false, "monthly": 0.0, "quarterly": 0.0, "semiannually": 0.0, "annually": 0.0, "biennially": 0.0,
			"triennially": 0.0,
		},
	}
	for _, field := range kinds.Product.Fields() {
		if _, listed := want[field.Name]; !listed {
			want[field.Name] = defaultInJSON(field)
		}
	}
	assert.Equal(t, want, row)
	assert.Equal(t, row, sandboxtest.GetRow(t, sb, "product", id))
	assert.Equal(t, "-1.00", pricingRow(sb, id, "2")["triennially"], "a currency not given is all off")
}

// defaultInJSON returns the default of a plain field, as decoded JSON.
func defaultInJSON(field kinds.Field) any {
	n, isInt := field.Default.(int)
	switch {
	case field.Nullable:
		return nil
	case isInt || field.Form == kinds.Integer:
		return float64(n)
	case field.Default != nil:
		return field.Default
	case field.Form == kinds.Boolean:
		return false
	case field.Form == kinds.TextList || field.Form == kinds.TextSet:
		return []any{}
	}
	return ""
}

// pricingRow returns a product's row in tblpricing.
func pricingRow(sb *sandbox.Sandbox, product, currency string) whmcs.Row {
	var found whmcs.Row
	sb.WHMCS.View(func(s *whmcs.State) {
		for _, row := range s.Table("tblpricing").Rows {
			if row["relid"] == product && row["currency"] == currency && row["type"] == "product" {
				found = row
			}
		}
	})
	return found
}

func TestProductEverything(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	group, _ := sandboxtest.Create(t, sb, "product_group", object{"name": "Metal"})
	servers, _ := sandboxtest.Create(t, sb, "server_group", object{"name": "DCIM"})
	values := object{
		"product_group_id": group, "name": "L", "slug": "large", "description": "<b>8 cores</b>", "color": "#Aa00ff", "hidden": true, "retired": true,
		"show_domain_options": true, "tax": true, "featured": true, "order": 7, "pay_type": "recurring",
		"pricing":                   object{"USD": object{"monthly": price("2000", "0"), "annually": object{"price": "0.5"}}, "INR": nil},
		"allow_multiple_quantities": "combined", "recurring_cycles_limit": 999, "auto_terminate_days": 30,
		"termination_email": "Service Termination Email", "welcome_email": "Dedicated/VPS Server Welcome Email", "prorata_billing": true,
		"prorata_date": 31, "prorata_charge_next_month": 15, "auto_setup": "on_payment", "module": "toplink_dcim", "server_group_id": servers,
		"module_options": object{"Connection Node": "node 1", "11": "extra"},
		"toplink_dcim":   object{"package": "L", "suspend_action": "close port", "terminate_action": "power off", "client_vnc": true, "client_power": false},
		"stock_control":  true, "quantity": 3, "subdomains": []string{".b.example.com", ".a.example.com"}, "free_domain": "while_active",
		"free_domain_tlds": []string{".net", ".com"}, "configurable_options_upgrade": true,
		"overages": object{
			"enabled": true, "disk_unit": "GB", "bandwidth_unit": "TB", "disk_limit": 5, "disk_price": "0.0125",
		},
		"affiliate": object{"one_time": true, "pay_type": "fixed", "pay_amount": "1.5"}, "recommended_product_ids": []string{"1"},
		"on_demand_renewal": object{"override": true, "enabled": true, "monthly": 3},
	}
	got := sandboxtest.Write(t, sb, object{"op": "create", "kind": "product", "values": values})
	require.Equal(t, "success", got.Result, got.Message)
	assert.Equal(t, object{"Connection Node": 1.0, "11": 11.0}, got.Payload["module_option_numbers"])
	id, row := got.Payload["id"].(string), got.Payload["row"].(object)
	assert.Equal(t, object{"1": "node 1", "3": "L", "4": "close port", "5": "power off", "6": "on"}, row["module_options"])
	assert.Contains(t, row["module_option_fingerprints"], "11", "the module does not declare it")
	assert.Equal(t, object{
		"connection_node": "node 1", "data_center": "", "package": "L", "suspend_action": "close port", "terminate_action": "power off",
		"client_vnc": true, "client_power": false, "client_reinstall": false, "client_port_limits": false, "client_hardware_info": false,
	}, row["toplink_dcim"])
	assert.Equal(t, object{"USD": object{"monthly": price("2000.00", "0.00"), "annually": price("0.50", "0.00")}, "INR": object{}, "EUR": object{}}, row["pricing"])
	assert.Equal(t, []any{".b.example.com", ".a.example.com"}, row["subdomains"])
	assert.Equal(t, []any{".com", ".net"}, row["free_domain_tlds"])
	assert.Equal(t, "0.0125", row["overages"].(object)["disk_price"])
	stored := sb.WHMCS.Row("tblproducts", id)
	for column, want := range map[string]string{
		"autosetup": "payment", "paytype": "recurring", "allowqty": "3", "overagesenabled": "1,GB,TB", "freedomain": "on",
		"configoptionsupgrade": "1", "servertype": "toplink_dcim", "autoterminateemail": "3", "configoption6": "on", "configoption7": "",
		"description": "<b>8 cores</b>",
	} {
		assert.Equal(t, want, stored[column], column)
	}

	// Objects are compared and written key by key.
	got = sandboxtest.Update(t, sb, "product", id,
		object{
			"pricing": object{"USD": object{"monthly": price("2000.0", "0"), "annually": price("0.5", "0")}}, "overages": object{"disk_limit": 5},
			"module_options": object{"Connection Node": "node 1", "12": ""}, "toplink_dcim": object{"client_vnc": true},
		},
		object{
			"pricing":        object{"USD": object{"monthly": price("1999.99", "10")}},
			"module_options": object{"Connection Node": "", "12": "x"}, "toplink_dcim": object{"client_vnc": false}, "overages": object{"disk_limit": 6},
		})
	require.Equal(t, "success", got.Result, "%s %v", got.Message, got.Payload)
	row = got.Payload["row"].(object)
	assert.Equal(t, object{"monthly": price("1999.99", "10.00")}, row["pricing"].(object)["USD"])
	assert.Equal(t, object{"3": "L", "4": "close port", "5": "power off"}, row["module_options"])
	assert.Contains(t, row["module_option_fingerprints"], "12")
	assert.Equal(t, "GB", row["overages"].(object)["disk_unit"])

	sb.WHMCS.SetProductPrice(id, "USD", "monthly", "1.00")
	sb.WHMCS.SetProductPrice(id, "EUR", "monthly", "1.00")
	got = sandboxtest.Update(t, sb, "product", id, object{"pricing": object{"USD": object{"monthly": price("1999.99", "10")}}, "module_options": object{"3": "M"}}, object{})
	sandboxtest.RequireError(t, got, "conflict", "module_options.3,pricing.USD")

	moved := sandboxtest.Update(t, sb, "product", id, object{"slug": "large"}, object{"product_group_id": "1", "slug": "larger", "server_group_id": nil})
	require.Equal(t, "success", moved.Result, moved.Message)
	assert.Equal(t, "larger", moved.Payload["row"].(object)["slug"])
	assert.Nil(t, moved.Payload["row"].(object)["server_group_id"])
}

func TestProductOneTimePrice(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	id, row := sandboxtest.Create(t, sb, "product", object{
		"product_group_id": "1", "name": "Setup", "pay_type": "one_time", "pricing": object{"USD": object{"one_time": price("49.90", "5")}},
	})
	assert.Equal(t, object{"one_time": price("49.90", "5.00")}, row["pricing"].(object)["USD"])
	assert.Equal(t, "49.90", pricingRow(sb, id, "1")["monthly"])
	assert.Equal(t, "5.00", pricingRow(sb, id, "1")["msetupfee"])
	sandboxtest.RequireError(t, sandboxtest.Update(t, sb, "product", id, object{}, object{"pricing": object{"USD": object{"monthly": price("1", "0")}}}), "invalid", "pricing.USD.monthly")
	sandboxtest.RequireError(t, sandboxtest.Update(t, sb, "product", "1", object{}, object{"pricing": object{"USD": object{"one_time": price("1", "0")}}}), "invalid", "pricing.USD.one_time")
}

func TestProductRules(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	cases := map[string]struct {
		values object
		fields string
	}{
		"references":       {object{"product_group_id": "9", "server_group_id": "9", "recommended_product_ids": []string{"9"}}, "product_group_id,server_group_id,recommended_product_ids"},
		"enumerations":     {object{"type": "vps", "pay_type": "onetime", "auto_setup": "on", "free_domain": "on", "allow_multiple_quantities": "2"}, "allow_multiple_quantities,auto_setup,free_domain,pay_type,type"},
		"ranges":           {object{"prorata_date": 32, "recurring_cycles_limit": 1000, "quantity": -1, "color": "red"}, "color,prorata_date,quantity,recurring_cycles_limit"},
		"emails":           {object{"welcome_email": "Nope", "termination_email": "Invoice Created"}, "termination_email,welcome_email"},
		"unknown currency": {object{"pricing": object{"GBP": object{}}}, "pricing.GBP"},
		"unknown cycle":    {object{"pricing": object{"USD": object{"weekly": price("1", "0")}}}, "pricing.USD.weekly"},
		"price forms":      {object{"pricing": object{"USD": object{"monthly": object{"price": 10}, "annually": object{"setup_fee": "1"}, "quarterly": price("-1", "1.005")}}}, "pricing.USD.annually.price,pricing.USD.monthly.price,pricing.USD.quarterly.price,pricing.USD.quarterly.setup_fee"},
		"subdomain":        {object{"subdomains": []string{".ok.example", "bad"}}, "subdomains.1"},
		"module":           {object{"module": "toplink_dcim", "module_options": object{"Nope": "1", "25": "x"}}, "module_options.25"},
		"option name":      {object{"module": "toplink_dcim", "module_options": object{"Nope": "1"}}, "module_options.Nope"},
		"option value":     {object{"module": "toplink_dcim", "module_options": object{"Suspend Action": "explode", "6": "yes"}}, "module_options.6,module_options.Suspend Action"},
		"option twice":     {object{"module": "toplink_dcim", "module_options": object{"1": "a", "Connection Node": "b"}}, "module_options.Connection Node"},
		"both forms":       {object{"module": "toplink_dcim", "module_options": object{"3": "a"}, "toplink_dcim": object{"package": "b"}}, "toplink_dcim.package"},
		"toplink value":    {object{"module": "toplink_dcim", "toplink_dcim": object{"suspend_action": "x"}}, "toplink_dcim.suspend_action"},
		"toplink type":     {object{"module": "toplink_dcim", "toplink_dcim": object{"client_vnc": "on"}}, "toplink_dcim.client_vnc"},
		"other module":     {object{"module": "samplevps", "toplink_dcim": object{"package": "b"}}, "toplink_dcim"},
		"on demand":        {object{"on_demand_renewal": object{"monthly": 1}}, "on_demand_renewal.monthly"},
		"overage units":    {object{"overages": object{"disk_unit": "GB"}}, "overages.disk_unit"},
		"recommended":      {object{"recommended_product_ids": []string{"1", "1"}}, "recommended_product_ids"},
		"slug taken":       {object{"slug": "legacy-vps"}, "slug"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			values := object{"product_group_id": "1", "name": "P"}
			for field, value := range c.values {
				values[field] = value
			}
			sandboxtest.RequireError(t, sandboxtest.Write(t, sb, object{"op": "create", "kind": "product", "values": values}), "invalid", c.fields)
		})
	}
	sandboxtest.RequireError(t, sandboxtest.Write(t, sb, object{"op": "create", "kind": "product", "values": object{"product_group_id": "1", "name": "P", "module": "cpanel"}}), "unsupported", "module")
	got := sandboxtest.Write(t, sb, object{"op": "create", "kind": "product", "values": object{"product_group_id": "1", "name": "Legacy VPS"}})
	sandboxtest.RequireError(t, got, "exists", "")
	assert.Equal(t, object{"product_group_id": "1", "name": "Legacy VPS"}, got.Payload["key"])
	other := sb.WHMCS.AddProductGroup("Other")
	sandboxtest.Create(t, sb, "product", object{"product_group_id": other, "name": "Legacy VPS"})
}

func TestProductUse(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	product := sb.WHMCS.AddProduct("1", "P", "10.00")
	sb.WHMCS.AddService(product, "0", "Terminated")
	sb.WHMCS.Mutate(func(s *whmcs.State) {
		s.Insert("tblproduct_upgrade_products", whmcs.Row{"product_id": "1", "upgrade_product_id": product})
		s.Insert("tblproduct_upgrade_products", whmcs.Row{"product_id": product, "upgrade_product_id": product})
		s.Insert("tblbundles", whmcs.Row{"products": "1," + product})
		s.Insert("tblpromotions", whmcs.Row{"appliesto": product})
		s.Insert("tblcustomfields", whmcs.Row{"type": "product", "relid": product, "fieldname": "OS"})
	})
	expect := object{"product_group_id": "1", "name": "P"}
	got := sandboxtest.Write(t, sb, object{"op": "delete", "kind": "product", "id": product, "expect": expect})
	sandboxtest.RequireError(t, got, "in_use", "")
	assert.Equal(t, `[map[count:1 kind:services] map[count:1 kind:bundles] map[count:1 kind:promotions]]`,
		fmt.Sprint(got.Payload["references"]))

	// First no service is live, so the guard does not apply. Then one service is live.
	guarded := object{"op": "update", "kind": "product", "id": product, "expect": object{}, "values": object{"pay_type": "free"}, "guard_live": []string{"pay_type", "module"}}
	require.Equal(t, "success", sandboxtest.Write(t, sb, guarded).Result)
	sb.WHMCS.AddService(product, "0", "Suspended")
	delete(guarded, "key")
	require.Equal(t, "success", sandboxtest.Write(t, sb, guarded).Result, "nothing changes")
	delete(guarded, "key")
	guarded["values"] = object{"pay_type": "recurring", "pricing": object{"USD": object{}, "INR": object{}, "EUR": object{}}}
	got = sandboxtest.Write(t, sb, guarded)
	sandboxtest.RequireError(t, got, "in_use", "")
	assert.Equal(t, []any{object{"kind": "services", "count": 1.0}}, got.Payload["references"])

	rows := sandboxtest.Read(t, sb, object{"op": "list", "kind": "product", "filter": object{"name": "P"}, "with": []string{"usage"}}).Payload["rows"].([]any)
	assert.Equal(t, object{"services": 2.0, "live_services": 1.0, "quantity": 0.0}, rows[0].(object)["usage"])

	sb.WHMCS.DeleteObject("product", product)
	for _, table := range []string{"tblproducts", "tblproducts_slugs"} {
		sb.WHMCS.View(func(s *whmcs.State) { assert.Len(t, s.Table(table).Rows, 1, table) })
	}
	sb.WHMCS.View(func(s *whmcs.State) {
		assert.Len(t, s.Table("tblpricing").Rows, 3)
		assert.Empty(t, s.Table("tblcustomfields").Rows)
		assert.Empty(t, s.Table("tblproduct_upgrade_products").Rows)
	})
}

func TestProductDelete(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	var ran []string
	sb.WHMCS.OnHook(func(name, id string, s *whmcs.State) error {
		number, _ := strconv.ParseInt(id, 10, 64)
		if s.Table("tblproducts").Rows[number] == nil {
			t.Errorf("the row is not there during %s", name)
		}
		ran = append(ran, name+" "+id)
		return nil
	})
	id, _ := sandboxtest.Create(t, sb, "product", object{
		"product_group_id": "1", "name": "P", "recommended_product_ids": []string{"1"}, "on_demand_renewal": object{"override": true},
	})
	got := sandboxtest.Update(t, sb, "product", id, object{"hidden": false, "retired": false}, object{"hidden": true, "retired": true, "on_demand_renewal": object{"override": false}})
	require.Equal(t, "success", got.Result, got.Message)
	got = sandboxtest.Write(t, sb, object{"op": "delete", "kind": "product", "id": id, "expect": object{"product_group_id": "1", "name": "P"}})
	require.Equal(t, "success", got.Result, got.Message)
	assert.Equal(t, []string{"ProductEdit " + id, "ProductEdit " + id, "ProductDelete " + id}, ran)
	sb.WHMCS.View(func(s *whmcs.State) {
		for table, left := range map[string]int{
			"tblproducts": 1, "tblpricing": 3, "tblproducts_slugs": 1, "tblproduct_recommendations": 0, "tblondemandrenewals": 0,
		} {
			assert.Len(t, s.Table(table).Rows, left, table)
		}
	})
	sandboxtest.RequireError(t, sandboxtest.Write(t, sb, object{"op": "delete", "kind": "product", "id": "1", "expect": object{"name": "P"}}), "invalid", "expect.product_group_id")
}

func TestValidateGivesTheRefusalOfTheWrite(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	validate := func(request object) sandboxtest.Response {
		request["op"] = "validate"
		if request["kind"] == nil {
			request["kind"] = "product"
		}
		return sandboxtest.Read(t, sb, request)
	}
	got := validate(object{"values": object{"name": "P", "pricing": object{"USD": object{"monthly": price("1", "0")}}}, "unknown": []string{"product_group_id", "pay_type"}})
	require.Equal(t, "success", got.Result, got.Message)
	assert.Equal(t, true, got.Payload["ok"])
	require.Equal(t, "success", validate(object{"values": object{"product_group_id": "1", "name": "P", "module": "toplink_dcim", "module_options": object{"Nope": "x"}}}).Result, "no module code runs")
	sandboxtest.RequireError(t, validate(object{"values": object{"name": "P"}}), "invalid", "product_group_id")
	sandboxtest.RequireError(t, validate(object{"values": object{"product_group_id": "1", "name": "Legacy VPS"}}), "exists", "")
	require.Equal(t, "success", validate(object{"values": object{"product_group_id": "1", "name": "Legacy VPS"}, "allow_duplicate_name": true}).Result)
	sandboxtest.RequireError(t, validate(object{"id": "1", "values": object{"order": 2}, "expect": object{"order": 1}}), "conflict", "order")
	sandboxtest.RequireError(t, validate(object{"id": "9", "values": object{}}), "not_found", "")
	sandboxtest.RequireError(t, validate(object{"kind": "server", "values": object{"name": "S", "toplink_dcim": object{}}, "unknown": []string{"password"}}), "invalid", "module")
	sandboxtest.RequireError(t, validate(object{"kind": "currency", "values": object{}}), "unsupported", "kind")
	assert.Equal(t, 1, sb.WHMCS.Count("product"))
	assert.Zero(t, sb.Journal().CountWrites(""))
}

func TestLongTextIsRefused(t *testing.T) {
	sb := sandboxtest.Start(t, sandbox.Options{})
	sandboxtest.RequireError(t, sandboxtest.Update(t, sb, "product", "1", object{}, object{"description": strings.Repeat("é", 65536)}), "invalid", "description")
}
