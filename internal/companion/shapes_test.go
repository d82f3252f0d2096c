package companion_test

import (
	"encoding/json"
	"testing"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
)

// Query results as plain arrays of text (WHMCS 7) give byte-equal responses to collections of typed values.
func TestBothShapesOfQueryResultsGiveTheSameAnswers(t *testing.T) {
	t.Parallel()
	var answers [2]map[string]string
	for number, arrays := range []bool{false, true} {
		w := newWHMCS(t, testhost.Options{SystemURL: "https://billing.example.com/", ArrayResults: arrays, CompanionLocal: "<?php return ['allow_delete' => true, 'installation' => '0b9c4c1e-6f1b-4b0e-9d0a-3f6f6f6f6f6f'];"})
		w.ok(w.read(object{"op": "info"})) // creates the companion's tables
		w.exec("REPLACE INTO mod_terraform_settings (name, value) VALUES ('pepper', REPEAT('a', 64))")
		answers[number] = map[string]string{}
		keep := func(name string, payload object) {
			text, err := json.Marshal(payload)
			if err != nil {
				t.Fatal(err)
			}
			answers[number][name] = string(text)
		}
		server, _ := w.create("server", object{"name": "s", "module": "toplink_dcim", "port": 8443, "monthly_cost": "12.50", "default_for_module": true, "nameservers": list{object{"hostname": "ns1", "ip_address": ""}}})
		group, _ := w.create("server_group", object{"name": "g", "server_ids": list{server}})
		product, _ := w.create("product", object{
			"product_group_id": "1", "name": "p", "module": "toplink_dcim", "server_group_id": group, "pay_type": "recurring", "welcome_email": "Dedicated/VPS Server Welcome Email",
			"pricing": object{"USD": object{"monthly": object{"price": "1.5", "setup_fee": "0"}}}, "toplink_dcim": object{"client_vnc": true},
			"recommended_product_ids": list{"1"}, "custom_fields": object{"f": object{"name": "F", "required": true}},
		})
		w.create("configurable_option_group", object{"name": "o", "product_ids": list{product}, "options": object{"o": object{"name": "O", "sub_options": object{"s": object{"name": "S"}}}}})
		w.addService(product, server, "Active")
		info := w.ok(w.read(object{"op": "info"}))
		for _, kind := range info["kinds"].(list) {
			keep(kind.(string), w.ok(w.read(object{"op": "list", "kind": kind, "with": list{"usage"}})))
			keep(kind.(string)+" by id", w.ok(w.read(object{"op": "list", "kind": kind, "filter": object{"id": "1"}})))
		}
		for _, name := range []string{"system_url", "database", "evidence"} {
			delete(info, name)
		}
		keep("info", info)
		keep("conflict", w.fails(w.update("server", server, object{"port": 1, "monthly_cost": "1"}, object{"port": 2}), "conflict"))
		keep("in use", w.fails(w.delete("server", server, object{"name": "s"}), "in_use"))
	}
	if len(answers[0]) < 15 {
		t.Errorf("%d answers compared", len(answers[0]))
	}
	for name, collections := range answers[0] {
		if arrays := answers[1][name]; arrays != collections {
			t.Errorf("%s:\ncollections %s\narrays      %s", name, collections, arrays)
		}
	}
}
