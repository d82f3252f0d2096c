package companion_test

import (
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
)

// rounds is how often a test with random timing runs.
const rounds = 50

// fixedRounds is how often a test with a fixed order of statements runs.
func fixedRounds() int {
	if isFull() {
		return rounds
	}
	return 6
}

// isFull reports whether every statement and every form of a fault is tried, as `make test-full` does.
func isFull() bool { return os.Getenv("HOSTING_TEST_FULL") != "" }

// neighbour is an installation whose statements a test sees, and what the tests need around it.
type neighbour struct {
	*whmcs
	relay *testhost.Relay
	panel *solusPanel

	hooks   []string
	version int
}

func newNeighbour(t testing.TB, host *testhost.Host, options testhost.Options) *neighbour {
	t.Helper()
	n := &neighbour{relay: host.NewRelay(t), panel: newSolusPanel(t)}
	options.DatabaseSocket, options.WithoutHookFile = n.relay.Socket(), true
	if options.CompanionLocal == "" {
		options.CompanionLocal = fmt.Sprintf("<?php return ['allow_delete' => true, 'landing_page' => true, 'solusvm2' => ['ca_file' => '%s']];", n.panel.caFile)
	}
	n.whmcs = &whmcs{Installation: host.NewInstallation(t, options), t: t}
	n.ok(n.read(object{"op": "info"})) // the first request makes the companion's tables
	return n
}

// solusPanel is a SolusVM 2 panel with the two calls that a connection needs.
type solusPanel struct {
	*httptest.Server
	caFile string

	mu          sync.Mutex
	integration string
}

const noIntegration = `{"type":"other","drivers":{}}`

func newSolusPanel(t testing.TB) *solusPanel {
	t.Helper()
	p := &solusPanel{integration: noIntegration}
	p.Server = httptest.NewTLSServer(http.HandlerFunc(p.serve))
	t.Cleanup(p.Close)
	p.caFile = filepath.Join(t.TempDir(), "ca.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: p.Certificate().Raw})
	if err := os.WriteFile(p.caFile, block, 0o600); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *solusPanel) serve(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r.Method == http.MethodPatch {
		var body struct {
			Integration json.RawMessage `json:"billing_integration"`
		}
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			w.WriteHeader(http.StatusUnprocessableEntity)
			return
		}
		p.integration = string(body.Integration)
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = fmt.Fprintf(w, `{"data":{"id":1,"billing_integration":%s}}`, p.integration)
}

// current returns the panel's billing integration.
func (p *solusPanel) current() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.integration
}

// outside returns what is stored outside of the database: the landing page and the panel's integration.
func (n *neighbour) outside() []string {
	content, _, err := n.ReadFile("templates/twenty-one/modules/addons/solusvm2/post-pay/landing-page.tpl")
	if err != nil {
		n.t.Fatal(err)
	}
	return []string{content, n.panel.current()}
}

// neighbourWrite is one write of a table that runs each write under each fault.
type neighbourWrite struct {
	name string
	// prepare makes what the write needs and returns its request.
	prepare func(n *neighbour, number int) object
	// done fails the test unless the write has been carried out once.
	done func(n *neighbour, request object, payload object)
}

func productValues(name string) object {
	price := object{"monthly": object{"price": "5", "setup_fee": "1"}}
	return object{
		"product_group_id": "1", "name": name, "pay_type": "recurring", "pricing": object{"USD": price, "EUR": price},
		"custom_fields": object{"f": object{"name": "F"}}, "description": "d", "slug": strings.ReplaceAll(name, " ", "-"),
	}
}

// count fails the test unless a query counts the number.
func (n *neighbour) count(want int, sql string, args ...any) {
	n.t.Helper()
	if got := n.queryText("SELECT COUNT(*) FROM "+sql, args...); got != fmt.Sprint(want) {
		n.t.Errorf("%s %v: %s rows, want %d", sql, args, got, want)
	}
}

func deletion(kind, id string, expect object) object {
	return object{"op": "delete", "kind": kind, "id": id, "expect": expect}
}

// neighbourWrites are writes of all forms: rows in several tables, WHMCS's own actions, hooks, files and a panel.
var neighbourWrites = []neighbourWrite{
	{
		"create a product",
		func(_ *neighbour, number int) object {
			return object{"op": "create", "kind": "product", "values": productValues(fmt.Sprint("p ", number))}
		},
		func(n *neighbour, request, payload object) {
			name := request["values"].(object)["name"]
			n.count(1, "tblproducts WHERE name = ? AND description = 'd' AND hidden = 0", name)
			n.count(3, "tblpricing WHERE type = 'product' AND relid = ?", payload["id"])
			n.count(1, "tblcustomfields WHERE type = 'product' AND relid = ?", payload["id"])
			n.count(1, "tblproducts_slugs WHERE product_id = ?", payload["id"])
		},
	},
	{
		"change a product",
		func(n *neighbour, number int) object {
			id, _ := n.create("product", productValues(fmt.Sprint("p ", number)))
			return object{"op": "update", "kind": "product", "id": id, "values": object{
				"name": fmt.Sprint("changed ", number), "pricing": object{"USD": object{}}, "custom_fields": object{"n": object{"name": "N"}}, "upgrade_product_ids": list{"1"},
			}}
		},
		func(n *neighbour, request, _ object) {
			n.count(1, "tblproducts WHERE id = ? AND name LIKE 'changed %'", request["id"])
			n.count(1, "tblpricing WHERE type = 'product' AND relid = ? AND currency = 1 AND monthly = -1", request["id"])
			n.count(2, "tblcustomfields WHERE type = 'product' AND relid = ?", request["id"])
			n.count(1, "tblproduct_upgrade_products WHERE product_id = ?", request["id"])
		},
	},
	{
		"delete a product",
		func(n *neighbour, number int) object {
			values := productValues(fmt.Sprint("p ", number))
			id, _ := n.create("product", values)
			return deletion("product", id, object{"product_group_id": "1", "name": values["name"]})
		},
		func(n *neighbour, request, _ object) {
			n.count(0, "tblproducts WHERE id = ?", request["id"])
			n.count(0, "tblpricing WHERE type = 'product' AND relid = ?", request["id"])
			n.count(0, "tblcustomfields WHERE type = 'product' AND relid = ?", request["id"])
			n.count(0, "tblproducts_slugs WHERE product_id = ?", request["id"])
		},
	},
	{
		"change a server",
		func(n *neighbour, number int) object {
			n.exec("DELETE FROM tblservers")
			n.create("server", object{"name": fmt.Sprint("other ", number), "module": "samplevps", "default_for_module": true})
			id, _ := n.create("server", object{"name": fmt.Sprint("s ", number), "module": "samplevps", "hostname": "old.example.com"})
			return object{
				"op": "update", "kind": "server", "id": id, "expect": object{"hostname": "old.example.com"},
				"values": object{"hostname": "new.example.com", "password": "Canary-Word", "default_for_module": true},
			}
		},
		func(n *neighbour, request, _ object) {
			n.count(1, "tblservers WHERE id = ? AND hostname = 'new.example.com' AND active = 1", request["id"])
			n.count(1, "tblservers WHERE active = 1")
		},
	},
	{
		"change options",
		func(n *neighbour, number int) object {
			part := object{"name": "RAM", "sub_options": object{"a": object{"name": "1 GB"}, "b": object{"name": "2 GB"}}}
			payload := n.ok(n.write(object{"op": "create", "kind": "configurable_option_group", "values": object{"name": fmt.Sprint("o ", number), "options": object{"ram": part, "cpu": part}}}))
			ids := payload["option_ids"].(object)
			return object{"op": "update", "kind": "configurable_option_group", "id": payload["id"], "values": object{"options": object{
				"ram": object{"id": ids["ram"].(object)["id"], "remove": true}, "cpu": object{"id": ids["cpu"].(object)["id"], "name": "CPU"}, "disk": part,
			}}}
		},
		func(n *neighbour, request, _ object) {
			n.count(2, "tblproductconfigoptions WHERE gid = ?", request["id"])
			n.count(1, "tblproductconfigoptions WHERE gid = ? AND optionname = 'CPU'", request["id"])
			n.count(4, "tblproductconfigoptionssub s JOIN tblproductconfigoptions o ON o.id = s.configid WHERE o.gid = ?", request["id"])
		},
	},
	{
		"activate an addon",
		func(n *neighbour, _ int) object {
			if rows := n.rows("addon_module", "sampleaddon"); len(rows) > 0 {
				n.ok(n.delete("addon_module", "sampleaddon", object{"module": "sampleaddon"}))
			}
			return object{"op": "create", "kind": "addon_module", "values": object{"module": "sampleaddon", "admin_role_ids": list{"1"}, "settings": object{"place": "Bottom"}}}
		},
		func(n *neighbour, _, _ object) {
			n.holds(n.row("addon_module", "sampleaddon"), object{"admin_role_ids": list{"1"}})
			n.count(1, "tbladdonmodules WHERE module = 'sampleaddon' AND setting = 'place' AND value = 'Bottom'")
		},
	},
	{
		"write the landing page",
		func(n *neighbour, number int) object {
			if n.row("landing_page", "1")["managed"] == true {
				n.ok(n.delete("landing_page", "1", object{"path": n.row("landing_page", "1")["path"]}))
			}
			return object{"op": "update", "kind": "landing_page", "id": "1", "values": object{"content": fmt.Sprintf("<h1>Cloud %d</h1>\n", number)}}
		},
		func(n *neighbour, request, _ object) {
			n.holds(n.row("landing_page", "1"), object{"managed": true, "content": request["values"].(object)["content"]})
		},
	},
	{
		"put the landing page back",
		func(n *neighbour, number int) object {
			n.ok(n.update("landing_page", "1", object{}, object{"content": fmt.Sprintf("<h1>Cloud %d</h1>\n", number)}))
			return deletion("landing_page", "1", object{"path": n.row("landing_page", "1")["path"]})
		},
		func(n *neighbour, _, _ object) {
			n.holds(n.row("landing_page", "1"), object{"managed": false, "present": false})
		},
	},
	{
		"connect a panel",
		func(n *neighbour, number int) object {
			if rows := n.rows("addon_module", "solusvm2"); len(rows) == 0 {
				n.create("addon_module", object{"module": "solusvm2"})
			}
			n.panel.mu.Lock()
			n.panel.integration = fmt.Sprintf(`{"type":"other","drivers":{"other":{"number":%d}}}`, number)
			n.panel.mu.Unlock()
			return object{"op": "connect", "values": object{"url": n.panel.URL, "api_key": fmt.Sprint("key-", number)}}
		},
		func(n *neighbour, _, _ object) {
			n.holds(n.row("solusvm2_billing", "1"), object{"url": n.panel.URL})
			if now := n.panel.current(); !strings.Contains(now, "whmcs") {
				n.t.Errorf("the panel's integration is %s", now)
			}
		},
	},
}

// stored is everything that a write may change: rows, files and the panel.
type stored struct {
	tables  map[string][]string
	outside []string
}

func (n *neighbour) stored() stored { return stored{n.dump(), n.outside()} }

// differences names the tables and places in which two states differ.
func (s stored) differences(other stored) []string {
	var names []string
	for _, table := range slices.Sorted(maps.Keys(s.tables)) {
		if !reflect.DeepEqual(s.tables[table], other.tables[table]) {
			names = append(names, fmt.Sprintf("%s: %q, %q", table, s.tables[table], other.tables[table]))
		}
	}
	if !reflect.DeepEqual(s.outside, other.outside) {
		names = append(names, fmt.Sprintf("outside: %q, %q", s.outside, other.outside))
	}
	return names
}

// judge checks the response to a write under a fault: it is true, and a repetition with the same key is right. A
// response is "success", or an error of one of the codes that name the database. After an error nothing is stored.
func (n *neighbour) judge(write neighbourWrite, request object, before stored, got response) {
	n.t.Helper()
	if got.result == "success" {
		write.done(n, request, got.payload)
	} else {
		isClear := got.code == "unavailable" && strings.Contains(got.message, "pply again")
		if got.code == "internal" { // the server was stopped at the commit
			isClear = strings.Contains(got.message, "not known whether the write is stored. Run terraform plan")
		}
		if !isClear {
			n.t.Errorf("%s: %s %s%s", write.name, got.code, got.message, n.internalErrors())
		}
		if differences := before.differences(n.stored()); differences != nil && !strings.Contains(got.message, "active now") && !strings.Contains(got.message, "deactivated now") {
			n.t.Errorf("%s: after %q is stored: %s", write.name, got.message, strings.Join(differences, "\n"))
		}
	}
	again := n.ok(n.write(request))
	if got.result == "success" && (again["replayed"] != true || again["id"] != got.payload["id"]) {
		n.t.Errorf("%s: the response is %v, the repetition %v", write.name, got.payload, again)
	}
	write.done(n, request, again)
	if leftovers := n.query("SELECT request_key, answer FROM mod_terraform_requests WHERE answer NOT LIKE '{%'"); len(leftovers) > 0 {
		n.t.Errorf("%s: %v", write.name, leftovers)
	}
}

// hook adds a hook of another module. Its code gets $variables.
func (n *neighbour) hook(point, code string) {
	n.t.Helper()
	n.hooks = append(n.hooks, fmt.Sprintf("add_hook('%s', 1, function (array $variables) {\n%s\n});", point, code))
	n.writeHooks()
}

// unhook removes all hooks.
func (n *neighbour) unhook() {
	n.t.Helper()
	n.hooks = nil
	n.writeHooks()
}

func (n *neighbour) writeHooks() {
	n.t.Helper()
	// PHP compiles a file again if its time has changed, so each version has a name of its own.
	_ = n.Remove("includes/hooks")
	n.version++
	err := n.WriteFile(fmt.Sprintf("includes/hooks/neighbour%d.php", n.version), "<?php\n"+strings.Join(n.hooks, "\n"))
	if err != nil {
		n.t.Fatal(err)
	}
}

// atRandom runs work beside the next request, from a random one of its statements on. The test calls the returned
// function after the request.
func (n *neighbour) atRandom(work func()) (wait func()) {
	at := 1 + rand.IntN(90)
	var once sync.Once
	var group sync.WaitGroup
	start := func() { once.Do(func() { group.Go(work) }) }
	n.relay.Watch(func(s testhost.Statement) testhost.Verdict {
		if s.Number >= at {
			start()
		}
		return testhost.Pass
	})
	return func() {
		n.relay.Watch(nil)
		start()
		group.Wait()
	}
}
