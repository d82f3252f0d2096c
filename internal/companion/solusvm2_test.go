package companion_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
)

// An operator may leave out the folder SolusVm2. Its kinds are then not listed and are refused. Everything else
// works.
func TestTheCompanionWorksWithoutSolusVM2(t *testing.T) {
	t.Parallel()
	local := "<?php return ['landing_page' => true, 'allow_delete' => true, 'protected_ids' => ['solusvm2_billing' => [2]], 'solusvm2' => ['addon' => 'solusvm2']];"
	w := newWHMCS(t, testhost.Options{WithoutSolusVM2: true, CompanionLocal: local})
	info := w.ok(w.read(object{"op": "info"}))
	whole := newWHMCS(t, testhost.Options{})
	without := []any{"solusvm2_billing", "landing_page"}
	all := whole.ok(whole.read(object{"op": "info"}))["kinds"].(list)
	if want := slices.DeleteFunc(slices.Clone(all), func(kind any) bool { return slices.Contains(without, kind) }); !slices.Equal(info["kinds"].(list), want) || len(want) != len(all)-2 {
		t.Errorf("info lists %v, with the folder %v", info["kinds"], all)
	}
	for _, kind := range without {
		w.failsOn(w.read(object{"op": "list", "kind": kind}), "unsupported", "kind")
		w.failsOn(w.read(object{"op": "validate", "kind": kind, "id": "1", "values": object{}}), "unsupported", "kind")
		w.failsOn(w.write(object{"op": "update", "kind": kind, "id": "1", "values": object{}}), "unsupported", "kind")
	}
	w.failsOn(w.write(object{"op": "connect", "values": object{"url": "https://panel.example.com", "api_key": "k"}}), "unsupported", "kind")
	for _, entry := range info["evidence"].(list) {
		if one := entry.(object); one["check"] == "operator_settings" && one["ok"] != true {
			t.Errorf("the operator's settings: %v", one)
		}
	}

	w.create("addon_module", object{"module": "solusvm2"})
	server, _ := w.create("server", object{"name": "s", "module": "samplevps"})
	w.ok(w.update("server", server, object{}, object{"hostname": "h.example.com"}))
	w.ok(w.delete("server", server, object{"name": "s"}))
	product, _ := w.create("product", object{"product_group_id": "1", "name": "p"})
	w.ok(w.delete("product", product, object{"product_group_id": "1", "name": "p"}))
}

// Only the table of kinds and the operation connect use classes of the folder from outside.
func TestSolusVM2IsNamedInFewPlaces(t *testing.T) {
	var named []string
	for name, source := range phpFiles(t) {
		if !strings.Contains(name, "/SolusVm2/") && strings.Contains(source, "SolusVm2\\") {
			named = append(named, name[strings.LastIndex(name, "/")+1:])
		}
	}
	slices.Sort(named)
	if want := []string{"Config.php", "Context.php", "Reader.php", "Registry.php", "Writer.php"}; !slices.Equal(named, want) {
		t.Errorf("named in %v, want %v", named, want)
	}
}
