package companion_test

import (
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
)

// stopStatements begin the statements of a write at which the database server ends.
var stopStatements = []string{"insert into `mod_terraform_requests`", "insert into `mod_terraform_journal`", "RELEASE SAVEPOINT", "COMMIT"}

// stop is a way in which the database server ends.
type stop struct {
	name         string
	signal       os.Signal
	isBackAtOnce bool
}

var stops = []stop{
	{"ended at once and back at once", os.Kill, true},
	{"ended at once and back after the response", os.Kill, false},
	{"ended in order and back at once", syscall.SIGTERM, true},
	{"ended in order and back after the response", syscall.SIGTERM, false},
}

// The database server ends in the middle of a write: at once or in order, and starts again at once, or after the
// response.
func TestNeighbourDatabaseStopped(t *testing.T) {
	t.Parallel()
	host := privateHost(t, "innodb_flush_log_at_trx_commit=1")
	for number, write := range neighbourWrites {
		for form, stop := range stops {
			for at, statement := range stopStatements {
				if !isFull() && (number%2 != 0 || form != number/2%len(stops) || at != (number/2+3)%len(stopStatements)) {
					continue
				}
				t.Run(write.name+" "+stop.name+" at "+statement, func(t *testing.T) {
					stopDatabase(newNeighbour(t, host, testhost.Options{}), host, write, stop, statement)
				})
			}
		}
	}
}

// stopDatabase ends the database server in place of a statement of a write.
func stopDatabase(n *neighbour, host *testhost.Host, write neighbourWrite, stop stop, statement string) {
	request := write.prepare(n, 1)
	before := n.stored()
	isStopped := false
	n.relay.Watch(func(s testhost.Statement) testhost.Verdict {
		if isStopped || !strings.HasPrefix(s.SQL, statement) {
			return testhost.Pass
		}
		isStopped = true
		if err := host.StopDatabase(stop.signal); err != nil {
			n.t.Error(err)
		}
		if stop.isBackAtOnce {
			if err := host.RestartDatabase(); err != nil {
				n.t.Error(err)
			}
		}
		return testhost.CutBefore
	})
	started := time.Now()
	got, err := n.tryWrite(request)
	n.relay.Watch(nil)
	if err != nil || !isStopped {
		n.t.Fatalf("stopped: %v, %v", isStopped, err)
	}
	n.t.Logf("%s %s after %s: %s", got.result, got.code, time.Since(started).Round(time.Millisecond), got.message)
	if stop.isBackAtOnce {
		if got.result != "success" {
			n.t.Errorf("the database is back: %s", got.message)
		}
	} else if err := host.RestartDatabase(); err != nil {
		n.t.Fatal(err)
	}
	n.judge(write, request, before, got)
}

// The database accepts reads only. The response says so, and the error log of PHP has what the activity log cannot
// take.
func TestNeighbourReadOnlyDatabase(t *testing.T) {
	t.Parallel()
	host := privateHost(t)
	n := newNeighbour(t, host, testhost.Options{})
	n.exec("CREATE USER limited@localhost")
	n.exec("GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, CREATE TEMPORARY TABLES, LOCK TABLES ON *.* TO limited@localhost")
	limited := newNeighbour(t, host, testhost.Options{DatabaseUser: "limited"})
	id, _ := limited.create("server", object{"name": "s", "module": "samplevps"})
	n.exec("SET GLOBAL read_only = ON")
	for _, request := range []object{
		{"op": "update", "kind": "server", "id": id, "values": object{"noc": "x"}},
		{"op": "create", "kind": "product", "values": productValues("p")},
		{"op": "create", "kind": "addon_module", "values": object{"module": "sampleaddon"}},
		{"op": "update", "kind": "landing_page", "id": "1", "values": object{"content": "<h1>x</h1>"}},
		deletion("server", id, object{"name": "s"}),
	} {
		got := limited.write(request)
		limited.fails(got, "unavailable")
		if !strings.Contains(got.message, "The database does not accept writes") || !strings.Contains(got.message, "1290") {
			t.Errorf("the message is %q", got.message)
		}
	}
	limited.row("server", id)
	limited.ok(limited.read(object{"op": "info"}))
	n.exec("SET GLOBAL read_only = OFF")
	limited.ok(limited.delete("server", id, object{"name": "s"}))

	// An unexpected error, of which the activity log cannot be written.
	n = newNeighbour(t, host, testhost.Options{})
	n.exec("CREATE TRIGGER meddle BEFORE INSERT ON mod_terraform_journal FOR EACH ROW SIGNAL SQLSTATE '45000'")
	n.exec("CREATE TRIGGER log BEFORE INSERT ON tblactivitylog FOR EACH ROW SIGNAL SQLSTATE '45000'")
	got := n.write(object{"op": "create", "kind": "product_group", "values": object{"name": "g"}})
	reference, _ := n.fails(got, "internal")["reference"].(string)
	if !strings.Contains(got.message, "The error log of PHP contains the details under the reference "+reference) {
		t.Errorf("the message is %q", got.message)
	}
	log, err := host.PHPLog()
	if err != nil || !strings.Contains(log, "internal error "+reference) {
		t.Errorf("the error log of PHP does not hold the reference: %v\n%s", err, log)
	}
	n.exec("DROP TRIGGER meddle")
	n.ok(n.write(object{"op": "create", "kind": "product_group", "values": object{"name": "g"}}))
}

// The database user may not create tables. The response holds the statements to run, and after them everything works.
func TestNeighbourUserWithoutCreate(t *testing.T) {
	t.Parallel()
	host := privateHost(t)
	root := newNeighbour(t, host, testhost.Options{})
	root.exec("CREATE USER limited@localhost")
	root.exec("GRANT SELECT, INSERT, UPDATE, DELETE ON *.* TO limited@localhost")
	w := &whmcs{Installation: host.NewInstallation(t, testhost.Options{DatabaseUser: "limited"}), t: t}
	got := w.read(object{"op": "info"})
	if got.code != "unsupported" || !strings.Contains(got.message, "may not create tables (SQLSTATE 42000, database error 1142)") {
		t.Fatalf("the response is %s", got.raw)
	}
	_, statements, _ := strings.Cut(got.message, "administrator of the database: ")
	ran := 0
	for statement := range strings.SplitSeq(statements, ";") {
		if statement = strings.TrimSpace(statement); statement != "" {
			w.exec(statement)
			ran++
		}
	}
	if ran != 4 {
		t.Errorf("%d statements: %s", ran, statements)
	}
	w.ok(w.read(object{"op": "info"}))
	w.create("product", productValues("p"))
}
