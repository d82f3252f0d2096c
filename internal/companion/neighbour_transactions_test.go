package companion_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
)

// hookCode is code of a hook that meddles with the transaction around it, or with the request.
type hookCode struct {
	name, php string
	// message is in the message of the response. It is "" if the write succeeds.
	message string
}

const connection = `$connection = WHMCS\Database\Capsule::connection();`

// insideHooks run inside AddProduct, so inside the write's transaction.
var insideHooks = []hookCode{
	{"commits", `$connection->commit();`, "so the companion deleted product 2"},
	{"commits by itself", `$connection->getPdo()->exec('COMMIT');`, "so the companion deleted product 2"},
	{"commits with a new table", `$connection->statement('CREATE TABLE IF NOT EXISTS mod_hook (id INT)');`, "so the companion deleted product 2"},
	{"commits and begins", `$connection->commit(); $connection->beginTransaction();`, "so the companion deleted product 2"},
	{"rolls back", `$connection->rollBack();`, "Nothing is stored"},
	{"rolls back by itself", `$connection->getPdo()->exec('ROLLBACK');`, "Nothing is stored"},
	{"rolls back and begins", `$connection->rollBack(); $connection->beginTransaction();`, "Nothing is stored"},
	{"begins", `$connection->beginTransaction();`, "Nothing is stored"},
	{"begins by itself", `$connection->getPdo()->exec('START TRANSACTION');`, "so the companion deleted product 2"},
	{"throws", `throw new \RuntimeException('the hook is broken');`, "The companion failed with an internal error"},
	{"throws in a transaction", `$connection->beginTransaction(); throw new \RuntimeException('the hook is broken');`, "The companion failed with an internal error"},
	{"runs a transaction", `$connection->transaction(function () { localAPI('GetProducts', []); });`, ""},
	{"calls localAPI", `localAPI('UpdateModuleConfiguration', ['moduleType' => 'addon', 'moduleName' => 'legacy_tool', 'parameters' => []]); localAPI('GetProducts', []);`, ""},
	{"exits", `exit;`, "no answer"},
	{"loses the connection", `$connection->getPdo()->exec('KILL ' . $connection->selectOne('SELECT CONNECTION_ID() AS id')->id);`, "Nothing is stored"},
	{"loses the connection and goes on", `try { $connection->statement('KILL CONNECTION_ID()'); } catch (\Exception $error) { try { $connection->rollBack(); } catch (\Exception $error) { } }`, "Nothing is stored"},
}

// Hooks inside AddProduct meddle with the transaction. Nothing of the product is left, and the same key makes the
// product when the hook is gone.
func TestNeighbourHooksInsideAWrite(t *testing.T) {
	t.Parallel()
	for _, hook := range insideHooks {
		t.Run(hook.name, func(t *testing.T) {
			t.Parallel()
			n := newNeighbour(t, testhost.Shared(t), testhost.Options{})
			write := neighbourWrites[0]
			request := write.prepare(n, 1)
			before := n.stored()
			n.hook("LogActivity", "if (strpos($variables['description'], 'Product Created') !== 0) { return; }\n"+connection+hook.php)
			got, err := n.tryWrite(request)
			if err != nil {
				got.message = "no answer"
			}
			if (hook.message == "") != (got.result == "success") || !strings.Contains(got.message, hook.message) {
				t.Errorf("the response is %s %s%s", got.code, got.message, n.internalErrors())
			}
			if got.result != "success" {
				after := n.stored()
				delete(after.tables, "mod_hook")
				if differences := before.differences(after); differences != nil {
					t.Errorf("is stored: %s", strings.Join(differences, "\n"))
				}
			}
			n.unhook()
			payload := n.ok(n.write(request))
			write.done(n, request, payload)
			n.count(1, "tblproducts WHERE id > 1")
			n.count(0, "mod_terraform_requests WHERE answer NOT LIKE '{%'")
		})
	}
}

// keptProducts are hooks that commit a product which must not be deleted again.
var keptProducts = map[string]string{
	"on sale": `WHMCS\Database\Capsule::table('tblproducts')->where('id', 2)->update(['hidden' => 0]);`,
	"ordered": `WHMCS\Database\Capsule::table('tblhosting')->insert(['packageid' => 2, 'regdate' => '2026-01-01', 'domain' => '']);`,
}

// A product that other code has committed and put on sale, or that a customer has ordered, is not deleted. The
// response names it, and the same key completes it.
func TestNeighbourCommittedProductInUse(t *testing.T) {
	t.Parallel()
	for name, code := range keptProducts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := newNeighbour(t, testhost.Shared(t), testhost.Options{})
			n.hook("LogActivity", "if (strpos($variables['description'], 'Product Created') !== 0) { return; }\n"+connection+code+"$connection->commit();")
			request := neighbourWrites[0].prepare(n, 1)
			request["key"] = newKey()
			got := n.write(request)
			n.fails(got, "internal")
			if !strings.Contains(got.message, "Other code committed product 2, and the companion did not delete it") || !strings.Contains(got.message, "the same key completes it") {
				t.Errorf("the message is %q", got.message)
			}
			n.fails(n.write(object{"op": "create", "kind": "product", "values": object{"product_group_id": "1", "name": "p 1"}}), "exists")
			changed := object{"op": "create", "kind": "product", "key": request["key"], "values": productValues("another")}
			n.failsOn(n.write(changed), "invalid", "key")

			// The hook would run again in another AddProduct.
			payload := n.ok(n.write(request))
			n.holds(payload, object{"id": "2", "replayed": nil})
			neighbourWrites[0].done(n, request, payload)
			n.count(1, "tblproducts WHERE id > 1")
			n.holds(n.ok(n.write(request)), object{"id": "2", "replayed": true})
		})
	}
}

// A hook commits the product and then fails, so that AddProduct reports no id. The response names the product that is
// left. A repetition with the same key changes nothing.
func TestNeighbourCommittedProductWithoutAnID(t *testing.T) {
	t.Parallel()
	for name, code := range map[string]string{"throws": "throw new \\RuntimeException('broken');", "exits": "exit;"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := newNeighbour(t, testhost.Shared(t), testhost.Options{})
			n.hook("LogActivity", "if (strpos($variables['description'], 'Product Created') !== 0) { return; }\n"+connection+"$connection->commit();"+code)
			request := neighbourWrites[0].prepare(n, 1)
			got, err := n.tryWrite(request)
			if err == nil {
				n.fails(got, "internal")
				left := fmt.Sprintf("WHMCS already has the product %q (2). Delete this object or import it", n.row("product", "2")["name"])
				if !strings.Contains(got.message, left) {
					t.Errorf("the message is %q", got.message)
				}
			}
			n.unhook()
			before := n.stored()
			again := n.write(request)
			n.fails(again, "internal")
			if !strings.Contains(again.message, "Run terraform plan to see what is stored") {
				t.Errorf("the message of the repetition is %q", again.message)
			}
			if differences := before.differences(n.stored()); differences != nil {
				t.Errorf("is stored: %v", differences)
			}
			n.holds(n.row("product", "2"), object{"hidden": true})
		})
	}
}

// WHMCS's own actions use another connection, so AddProduct commits the product. A creation that fails deletes it
// again.
func TestNeighbourProductOfAnotherConnection(t *testing.T) {
	t.Parallel()
	n := newNeighbour(t, testhost.Shared(t), testhost.Options{LocalAPIElsewhere: true})
	write := neighbourWrites[0]
	request := write.prepare(n, 1)
	n.exec("CREATE TRIGGER meddle BEFORE INSERT ON mod_terraform_journal FOR EACH ROW SIGNAL SQLSTATE '45000'")
	before := n.stored()
	got, err := n.tryWrite(request)
	if err != nil {
		t.Fatal(err)
	}
	n.fails(got, "internal")
	if !strings.Contains(got.message, "so the companion deleted product 2") {
		t.Errorf("the message is %q", got.message)
	}
	if differences := before.differences(n.stored()); differences != nil {
		t.Errorf("is stored: %v", differences)
	}
}

// deleteHooks run between the two checks of a deletion, outside of any transaction.
var deleteHooks = []struct {
	hookCode
	code   string // of an error
	remark string // in hook_errors
}{
	{hookCode{"commits", `$connection->commit();`, ""}, "", ""},
	{hookCode{"commits by itself", `$connection->getPdo()->exec('COMMIT');`, ""}, "", ""},
	{hookCode{"rolls back", `$connection->rollBack();`, ""}, "", ""},
	{hookCode{"begins", `$connection->beginTransaction();`, ""}, "", "left a transaction open"},
	{hookCode{"begins by itself", `$connection->getPdo()->exec('START TRANSACTION');`, ""}, "", "left a transaction open"},
	{hookCode{"throws", `throw new \RuntimeException('the hook is broken');`, ""}, "", "the hook is broken"},
	{hookCode{"throws in a transaction", `$connection->beginTransaction(); throw new \RuntimeException('the hook is broken');`, ""}, "", "left a transaction open"},
	{hookCode{"calls localAPI", `localAPI('GetProducts', ['pid' => $variables['pid']]);`, ""}, "", ""},
	{hookCode{"makes a table", `$connection->statement('CREATE TABLE mod_hook (id INT)');`, ""}, "", ""},
	{hookCode{"exits", `exit;`, "no answer"}, "", ""},
	{hookCode{"exits in a transaction", `$connection->beginTransaction(); exit;`, "no answer"}, "", ""},
	{hookCode{"loses the connection", `try { $connection->statement('KILL CONNECTION_ID()'); } catch (\Exception $error) { }`, ""}, "", ""},
	{hookCode{"sells the product", `$connection->table('tblhosting')->insert(['packageid' => $variables['pid'], 'regdate' => '2026-01-01', 'domain' => '']);`, "The hooks of ProductDelete have run"}, "in_use", ""},
	{hookCode{"renames the product", `$connection->table('tblproducts')->where('id', $variables['pid'])->update(['name' => 'renamed']);`, "The hooks of ProductDelete have run"}, "conflict", ""},
	{hookCode{"deletes the product", `$connection->table('tblproducts')->where('id', $variables['pid'])->delete();`, "The hooks of ProductDelete have run"}, "not_found", ""},
}

// The hooks of a deletion find the row, run once, and the deletion is checked again after them.
func TestNeighbourHooksOfADeletion(t *testing.T) {
	t.Parallel()
	for _, hook := range deleteHooks {
		t.Run(hook.name, func(t *testing.T) {
			t.Parallel()
			n := newNeighbour(t, testhost.Shared(t), testhost.Options{})
			n.exec("CREATE TABLE mod_runs (name TEXT NOT NULL) ENGINE=InnoDB")
			n.hook("ProductDelete", connection+`
				$row = $connection->table('tblproducts')->where('id', $variables['pid'])->first();
				$connection->table('mod_runs')->insert(['name' => $row->name . ' ' . $connection->transactionLevel()]);
				`+hook.php)
			request := neighbourWrites[2].prepare(n, 1)
			got, err := n.tryWrite(request)
			if err != nil {
				got.message = "no answer"
			}
			if (hook.message == "") != (got.result == "success") || got.code != hook.code || !strings.Contains(got.message, hook.message) {
				t.Errorf("the response is %s %s", got.code, got.message)
			}
			if remarks := marshal(got.payload["hook_errors"]); hook.remark != "" && !strings.Contains(remarks, hook.remark) {
				t.Errorf("hook_errors %s", remarks)
			}
			n.count(1, "mod_runs WHERE name = 'p 1 0'")
			if hook.code != "" {
				n.exec("DELETE FROM tblhosting")
				n.exec("UPDATE tblproducts SET name = 'p 1' WHERE id = ?", request["id"])
				if hook.code == "not_found" {
					n.fails(n.write(request), "not_found")
					return
				}
			}
			again := n.ok(n.write(request))
			neighbourWrites[2].done(n, request, again)
			n.count(1, "mod_runs")
			if got.result != "success" && !strings.Contains(marshal(again["hook_errors"]), "did not run again") {
				t.Errorf("hook_errors of the repetition: %v", again["hook_errors"])
			}
		})
	}
}

// A repetition that arrives while the hooks of the first attempt run waits for their end.
func TestNeighbourRepetitionDuringHooks(t *testing.T) {
	t.Parallel()
	n := newNeighbour(t, testhost.Shared(t), testhost.Options{})
	n.exec("CREATE TABLE mod_runs (name TEXT NOT NULL) ENGINE=InnoDB")
	n.hook("ServerDelete", connection+`
		$connection->table('mod_runs')->insert(['name' => 'begun']);
		usleep(600000);
		$connection->table('mod_runs')->insert(['name' => $connection->table('tblservers')->where('id', $variables['serverid'])->count()]);`)
	id, _ := n.create("server", object{"name": "s", "module": "samplevps"})
	form := n.form("TerraformWrite", object{"op": "delete", "kind": "server", "id": id, "key": newKey(), "expect": object{"name": "s"}})
	var wait sync.WaitGroup
	answers := make([]response, 3)
	for number := range answers {
		wait.Go(func() { answers[number], _ = n.tryPost(form) })
		time.Sleep(150 * time.Millisecond)
	}
	wait.Wait()
	replayed := 0
	for _, got := range answers {
		if n.ok(got)["replayed"] == true {
			replayed++
		}
	}
	if replayed != 2 {
		t.Errorf("%d responses are replays", replayed)
	}
	if runs := fmt.Sprint(n.query("SELECT name FROM mod_runs")); runs != "[map[name:begun] map[name:1]]" {
		t.Errorf("the hooks: %s", runs)
	}
}

// Other code ends the request after a write has changed something outside of the database. The change is undone, and
// the same key then carries the write out.
func TestNeighbourExitAfterAnOutsideChange(t *testing.T) {
	t.Parallel()
	for _, write := range neighbourWrites {
		if !slices.Contains([]string{"write the landing page", "put the landing page back", "connect a panel"}, write.name) {
			continue
		}
		t.Run(write.name, func(t *testing.T) {
			t.Parallel()
			n := newNeighbour(t, testhost.Shared(t), testhost.Options{})
			request := write.prepare(n, 1)
			before := n.stored()
			n.hooks = append(n.hooks, connection+"$connection->beforeExecuting(function (string $query): void {"+
				"if (strpos($query, 'insert into `mod_terraform_journal`') === 0) {"+
				"exit; } });")
			n.writeHooks()
			if got, err := n.tryWrite(request); err == nil {
				t.Errorf("the response is %s %s", got.code, got.message)
			}
			if differences := before.differences(n.stored()); differences != nil {
				t.Errorf("is stored: %v", differences)
			}
			n.unhook()
			payload := n.ok(n.write(request))
			write.done(n, request, payload)
		})
	}
}
