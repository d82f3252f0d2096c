package companion_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
)

// must runs statements of another connection, which must succeed.
func must(t testing.TB, s *testhost.Session, statements ...string) {
	t.Helper()
	for _, sql := range statements {
		if _, err := s.Exec(sql); err != nil {
			t.Errorf("%s: %v", sql, err)
		}
	}
}

// weigh begins a transaction with many changes, so that InnoDB chooses the other one as the victim of a deadlock.
func weigh(t testing.TB, s *testhost.Session) {
	t.Helper()
	must(t, s, "BEGIN", "INSERT INTO mod_weight SELECT seq FROM seq_1_to_300")
}

// deadlock is a change of another program that deadlocks with a write of the companion.
type deadlock struct {
	name string
	// first locks rows that the write needs later. %s is the object's id.
	first string
	// at is in the statement of the write that waits for them.
	at string
	// then changes rows that the write has locked.
	then string
	// kept is the condition that the change is stored.
	kept string
}

// prepareDeadlocks makes a server in a group and a product with stock, and returns their ids by kind.
func prepareDeadlocks(n *neighbour) map[string]string {
	n.exec("CREATE TABLE mod_weight (id INT NOT NULL PRIMARY KEY) ENGINE=InnoDB")
	server, _ := n.create("server", object{"name": "s", "module": "samplevps", "hostname": "old.example.com"})
	n.create("server_group", object{"name": "g", "server_ids": list{server}})
	values := productValues("p")
	values["stock_control"], values["quantity"] = true, 10000
	product, _ := n.create("product", values)
	return map[string]string{"server": server, "product": product}
}

var deadlocks = map[string]deadlock{
	"server": {
		"an administrator's hostname", "SELECT groupid FROM tblservergroupsrel WHERE serverid = %s FOR UPDATE", "tblservergroupsrel",
		"UPDATE tblservers SET hostname = 'admin%[2]d.example.com' WHERE id = %[1]s", "tblservers WHERE id = %[1]s AND hostname = 'admin%[2]d.example.com'",
	},
	"product": {
		"an order's stock", "SELECT id FROM tblpricing WHERE type = 'product' AND relid = %s FOR UPDATE", "tblpricing",
		"UPDATE tblproducts SET qty = 9999 - %[2]d WHERE id = %[1]s AND qty = 10000 - %[2]d", "tblproducts WHERE id = %[1]s AND qty = 9999 - %[2]d",
	},
}

// The write is the victim of a deadlock in each round. The database rolls it back, the change of the other connection
// stays, and the write runs again.
func TestNeighbourDeadlockVictim(t *testing.T) {
	t.Parallel()
	for kind, d := range deadlocks {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			n := newNeighbour(t, testhost.Shared(t), testhost.Options{})
			id := prepareDeadlocks(n)[kind]
			other := n.NewSession(t)
			conflicts := 0
			for round := range fixedRounds() {
				field, expect := "noc", object{}
				if kind == "product" {
					field = "tagline"
				} else if round%2 == 1 {
					expect["hostname"] = fmt.Sprintf("admin%d.example.com", round-1)
				}
				weigh(t, other)
				must(t, other, fmt.Sprintf(d.first, id))
				done := make(chan error, 1)
				isDeadlocked := false
				n.relay.Watch(func(s testhost.Statement) testhost.Verdict {
					if !isDeadlocked && strings.Contains(s.SQL, d.at) && strings.HasSuffix(s.SQL, "for update") {
						isDeadlocked = true
						go func() {
							time.Sleep(30 * time.Millisecond)
							_, err := other.Exec(fmt.Sprintf(d.then, id, round))
							_, committed := other.Exec("COMMIT")
							done <- errors.Join(err, committed)
						}()
					}
					return testhost.Pass
				})
				value := fmt.Sprint("round ", round)
				got := n.update(kind, id, expect, object{field: value})
				n.relay.Watch(nil)
				if !isDeadlocked {
					t.Fatal("the write did not wait for the other connection")
				}
				if err := <-done; err != nil {
					t.Fatalf("the other connection is the victim: %v", err)
				}
				n.count(1, fmt.Sprintf(d.kept, id, round))
				row := n.row(kind, id)[field]
				switch {
				case got.result == "success" && row == value:
				case got.code == "conflict" && row != value && len(expect) > 0:
					conflicts++
				default:
					t.Fatalf("round %d: %s %s, and %s is %v%s", round, got.code, got.message, field, row, n.internalErrors())
				}
				n.exec("DELETE FROM mod_weight")
			}
			if kind == "server" && conflicts != fixedRounds()/2 {
				t.Errorf("%d conflicts", conflicts)
			}
		})
	}
}

// The same without a fixed order: either transaction may be the victim, or none.
func TestNeighbourDeadlocksAtRandom(t *testing.T) {
	t.Parallel()
	n := newNeighbour(t, testhost.Shared(t), testhost.Options{})
	product := prepareDeadlocks(n)["product"]
	other := n.NewSession(t)
	sold, outcomes := 0, map[string]int{}
	for round := range rounds {
		wait := n.atRandom(func() {
			must(t, other, "BEGIN", fmt.Sprintf("SELECT id FROM tblpricing WHERE type = 'product' AND relid = %s FOR UPDATE", product))
			time.Sleep(time.Duration(rand.IntN(25)) * time.Millisecond)
			if _, err := other.Exec("UPDATE tblproducts SET qty = qty - 1 WHERE id = " + product); err != nil {
				must(t, other, "ROLLBACK")
				outcomes["the order is the victim"]++
				return
			}
			must(t, other, "COMMIT")
			sold++
		})
		price := fmt.Sprintf("%d.00", round+1)
		values := object{"tagline": fmt.Sprint("round ", round), "pricing": object{"USD": object{"monthly": object{"price": price, "setup_fee": "0"}}}}
		got := n.update("product", product, object{}, values)
		wait()
		outcomes[got.result+got.code]++
		n.count(1, "tblproducts WHERE id = ? AND qty = ?", product, 10000-sold)
		if got.result != "success" {
			t.Errorf("%s %s", got.code, got.message)
		}
		n.holds(n.row("product", product), object{"tagline": values["tagline"]})
		n.count(1, "tblpricing WHERE type = 'product' AND relid = ? AND currency = 1 AND monthly = ?", product, price)
	}
	t.Logf("%d sold, %v", sold, outcomes)
}

// An administrator's edit of the same row, at a random moment of an update, is neither lost nor overwritten.
func TestNeighbourEditDuringAnUpdate(t *testing.T) {
	t.Parallel()
	n := newNeighbour(t, testhost.Shared(t), testhost.Options{})
	id, _ := n.create("server", object{"name": "s", "module": "samplevps", "hostname": "h0"})
	other := n.NewSession(t)
	outcomes := map[string]int{}
	for round := range rounds {
		before, edited, noc := fmt.Sprint("h", round), fmt.Sprint("h", round+1), fmt.Sprint("noc ", round)
		wait := n.atRandom(func() {
			must(t, other, fmt.Sprintf("UPDATE tblservers SET hostname = '%s' WHERE id = %s", edited, id))
		})
		got := n.update("server", id, object{"hostname": before}, object{"noc": noc})
		wait()
		row := n.row("server", id)
		if row["hostname"] != edited || (row["noc"] == noc) != (got.result == "success") || (got.result != "success" && got.code != "conflict") {
			t.Fatalf("round %d: %s %s: %v", round, got.code, got.message, row)
		}
		outcomes[got.result+got.code]++
	}
	t.Logf("%v", outcomes)
}

// privateHost starts a host with settings of its database server.
func privateHost(t testing.TB, settings ...string) *testhost.Host {
	t.Helper()
	if err := testhost.Available(); err != nil {
		t.Skip(err)
	}
	host, err := testhost.Start(context.Background(), testhost.Settings{Database: settings})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(host.Close)
	return host
}

// The last step of each write waits for a lock of another connection, with both settings of what a timeout rolls back.
// The response names the lock, and nothing is stored, inside or outside of the database.
func TestNeighbourLockTimeout(t *testing.T) {
	t.Parallel()
	for _, setting := range []string{"OFF", "ON"} {
		t.Run("innodb_rollback_on_timeout="+setting, func(t *testing.T) {
			t.Parallel()
			host := privateHost(t, "innodb_rollback_on_timeout="+setting, "innodb_lock_wait_timeout=1")
			for number, write := range neighbourWrites {
				if !isFull() && (number%2 == 0) != (setting == "ON") {
					continue
				}
				t.Run(write.name, func(t *testing.T) {
					t.Parallel()
					n := newNeighbour(t, host, testhost.Options{})
					request := write.prepare(n, 1)
					before := n.stored()
					other := n.NewSession(t)
					must(t, other, "BEGIN", "SELECT id FROM mod_terraform_journal FOR UPDATE")
					got, err := n.tryWrite(request)
					if err != nil {
						t.Fatal(err)
					}
					if got.result == "success" || !strings.Contains(got.message, "database error 1205") {
						t.Errorf("the response is %s", got.raw)
					}
					// The administrator commits an edit in the same transaction, which is not overwritten later.
					must(t, other, "UPDATE tblservers SET noc = 'edited'", "UPDATE tblproducts SET color = 'edited' WHERE id = 1", "COMMIT")
					must(t, other, "UPDATE tblservers SET noc = ''", "UPDATE tblproducts SET color = '' WHERE id = 1")
					n.judge(write, request, before, got)
				})
			}
			t.Run("hidden by a hook", func(t *testing.T) {
				t.Parallel()
				hiddenTimeout(t, host, setting == "ON")
			})
		})
	}
}

// hiddenTimeout has a hook inside AddProduct wait for a lock and hide the error. If the database has rolled back, no
// statement after it is stored.
func hiddenTimeout(t *testing.T, host *testhost.Host, isRolledBack bool) {
	n := newNeighbour(t, host, testhost.Options{})
	n.hook("LogActivity", `
		if (strpos($variables['description'], 'Product Created') !== 0) { return; }
		try {
			WHMCS\Database\Capsule::table('mod_other')->where('id', 1)->update(['note' => 'hook']);
		} catch (\Exception $error) {
		}
		WHMCS\Database\Capsule::table('tblbundles')->insert(['name' => 'of the hook', 'itemdata' => '']);`)
	n.exec("CREATE TABLE mod_other (id INT NOT NULL PRIMARY KEY, note TEXT NOT NULL) ENGINE=InnoDB")
	n.exec("INSERT INTO mod_other VALUES (1, '')")
	other := n.NewSession(t)
	must(t, other, "BEGIN", "UPDATE mod_other SET note = 'edited' WHERE id = 1")
	write := neighbourWrites[0]
	request := write.prepare(n, 1)
	before := n.stored()
	got, err := n.tryWrite(request)
	if err != nil {
		t.Fatal(err)
	}
	must(t, other, "ROLLBACK")
	if (got.result == "success") == isRolledBack {
		t.Errorf("the response is %s", got.raw)
	}
	if isRolledBack && !strings.Contains(got.message, "Other code ended the transaction") {
		t.Errorf("the message is %q", got.message)
	}
	n.judge(write, request, before, got)
}

// A hook inside AddProduct is the victim of a deadlock and hides it. The product and all statements after it are rolled
// back, and the write runs again.
func TestNeighbourHiddenDeadlock(t *testing.T) {
	t.Parallel()
	n := newNeighbour(t, testhost.Shared(t), testhost.Options{})
	prepareDeadlocks(n)
	n.hook("LogActivity", `
		if (strpos($variables['description'], 'Product Created') !== 0) { return; }
		try {
			WHMCS\Database\Capsule::table('mod_other')->where('id', 1)->update(['note' => 'hook']);
		} catch (\Exception $error) {
		}
		WHMCS\Database\Capsule::table('tblbundles')->insert(['name' => 'of the hook', 'itemdata' => '']);`)
	n.exec("CREATE TABLE mod_other (id INT NOT NULL PRIMARY KEY, note TEXT NOT NULL) ENGINE=InnoDB")
	n.exec("INSERT INTO mod_other VALUES (1, '')")
	other := n.NewSession(t)
	for round := range fixedRounds() {
		name := fmt.Sprint("deadlocked ", round)
		weigh(t, other)
		must(t, other, "UPDATE mod_other SET note = 'edited' WHERE id = 1")
		done := make(chan error, 1)
		isDeadlocked := false
		n.relay.Watch(func(s testhost.Statement) testhost.Verdict {
			if !isDeadlocked && strings.HasPrefix(s.SQL, "update `mod_other`") {
				isDeadlocked = true
				go func() {
					time.Sleep(30 * time.Millisecond)
					_, err := other.Exec("SELECT id FROM tblproducts FOR UPDATE")
					_, committed := other.Exec("COMMIT")
					done <- errors.Join(err, committed)
				}()
			}
			return testhost.Pass
		})
		id, _ := n.create("product", productValues(name))
		n.relay.Watch(nil)
		if !isDeadlocked {
			t.Fatal("there was no deadlock")
		}
		if err := <-done; err != nil {
			t.Fatalf("the other connection is the victim: %v", err)
		}
		n.count(1, "tblproducts WHERE name = ?", name)
		n.count(3, "tblpricing WHERE type = 'product' AND relid = ?", id)
		n.count(0, "tblpricing WHERE type = 'product' AND relid NOT IN (SELECT id FROM tblproducts)")
		n.count(0, "tblproducts_slugs WHERE product_id NOT IN (SELECT id FROM tblproducts)")
		n.count(round+1, "tblbundles WHERE name = 'of the hook'")
		n.count(1, "mod_other WHERE note = 'hook'") // of the second attempt
		n.exec("DELETE FROM mod_weight")
	}
}

// The session waits for locks for at most five seconds, and other code gets it back as it was.
func TestNeighbourLimitsOfTheSession(t *testing.T) {
	t.Parallel()
	n := newNeighbour(t, testhost.Shared(t), testhost.Options{ArrayResults: true})
	n.exec("CREATE TABLE mod_sessions (point TEXT NOT NULL, session TEXT NOT NULL) ENGINE=InnoDB")
	record := `WHMCS\Database\Capsule::insert("INSERT INTO mod_sessions SELECT ?, CONCAT_WS(' ', @@autocommit, @@innodb_lock_wait_timeout, @@lock_wait_timeout)", [$point]);`
	for _, point := range []string{"ServerAdd", "ServerEdit", "ServerDelete", "ProductDelete"} {
		n.hook(point, "$point = '"+point+"';"+record)
	}
	n.hook("LogActivity", `
		if (strpos($variables['description'], 'Product Created') !== 0) { return; }
		$point = 'inside';`+record)
	server, _ := n.create("server", object{"name": "s", "module": "samplevps"})
	n.ok(n.update("server", server, object{}, object{"noc": "x"}))
	n.ok(n.delete("server", server, object{"name": "s"}))
	product, _ := n.create("product", object{"product_group_id": "1", "name": "p"})
	n.ok(n.delete("product", product, object{"product_group_id": "1", "name": "p"}))
	for _, row := range n.query("SELECT point, session FROM mod_sessions") {
		want := "ON 20 86400"
		if row["point"] == "inside" {
			want = "OFF 5 5"
		}
		if row["session"] != want {
			t.Errorf("%v: the session is %v, want %s", row["point"], row["session"], want)
		}
	}
	n.count(5, "mod_sessions")
}
