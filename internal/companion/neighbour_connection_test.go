package companion_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
)

// The connection to the database is lost at each statement of each write, before and after the server executes it.
// Another connection commits a change of the same rows in that moment.
func TestNeighbourConnectionLost(t *testing.T) {
	t.Parallel()
	for _, write := range neighbourWrites {
		t.Run(write.name, func(t *testing.T) {
			t.Parallel()
			if isFull() {
				t.Run("arrays", func(t *testing.T) {
					loseConnections(newNeighbour(t, testhost.Shared(t), testhost.Options{ArrayResults: true}), write)
				})
			}
			loseConnections(newNeighbour(t, testhost.Shared(t), testhost.Options{}), write)
		})
	}
}

// boundaries begin the statements at which a write changes its state.
var boundaries = []string{
	"SELECT GET_LOCK", "SET TRANSACTION", "START TRANSACTION", "SET SESSION autocommit = 0", "SAVEPOINT", "insert into `mod_terraform_requests`",
	"update `mod_terraform_requests`", "RELEASE SAVEPOINT", "COMMIT", "SET SESSION autocommit = 1", "SELECT RELEASE_LOCK",
}

// loseConnections tries every statement from the first that concerns the key on. The framework repeats the statements
// before. Outside of the full tests it tries every 80th statement and some boundaries of the transaction. The writes
// share the boundaries among them.
func loseConnections(n *neighbour, write neighbourWrite) {
	verdicts := []testhost.Verdict{testhost.CutBefore, testhost.CutAfter}
	outcomes, round := map[string]int{}, 0
	try := func(name string, verdict testhost.Verdict, isDue func(number int, sql string) bool) bool {
		round++
		where, outcome := n.loseConnection(write, round, verdict, isDue)
		if n.t.Failed() {
			n.t.Fatalf("the connection was lost at %s (verdict %d): %s: %s", name, verdict, where, outcome)
		}
		if where != "" {
			outcomes[outcome]++
		}
		return where != ""
	}
	if !isFull() {
		for number, text := range boundaries {
			if text != "COMMIT" && (number+len(write.name))%3 != 0 {
				continue
			}
			for _, verdict := range verdicts {
				try(text, verdict, func(_ int, sql string) bool { return strings.HasPrefix(sql, text) })
			}
		}
	}
	step := 80
	if isFull() {
		step = 1
	}
	for number, isFired := 1, true; isFired; number += step {
		for _, verdict := range verdicts {
			isFired = try(fmt.Sprint("statement ", number), verdict, func(at int, _ string) bool { return at == number })
		}
	}
	n.t.Logf("%d rounds: %v", round, outcomes)
}

// loseConnection runs a write, loses its connection at the statement that is due, and checks what came of it. It
// returns that statement, "" if none was due, and the code of the response.
func (n *neighbour) loseConnection(
	write neighbourWrite, round int, verdict testhost.Verdict, isDue func(number int, sql string) bool,
) (where, outcome string) {
	editor := newEditor(n)
	defer editor.session.Close()
	request := write.prepare(n, round)
	before := n.stored()
	number := 0
	n.relay.Watch(func(s testhost.Statement) testhost.Verdict {
		isOthers := strings.Contains(s.SQL, "mod_sampleaddon") // the module's own code repeats a CREATE TABLE
		switch {
		case where != "":
			editor.edit()
		case number > 0 || strings.Contains(s.SQL, "mod_terraform_requests"):
			if number++; !isOthers && isDue(number, s.SQL) {
				where = s.SQL
				return verdict
			}
		}
		return testhost.Pass
	})
	got, err := n.tryWrite(request)
	n.relay.Watch(nil)
	if err != nil {
		n.t.Fatal(err)
	}
	editor.check()
	n.judge(write, request, before, got)
	return where, got.result + got.code
}

// editor is an administrator who edits the same rows on another connection.
type editor struct {
	n       *neighbour
	session *testhost.Session
	isDone  bool
}

func newEditor(n *neighbour) *editor { return &editor{n: n, session: n.NewSession(n.t)} }

// edits are columns that the writes do not change. They are empty before an edit.
var edits = []string{"tblproductgroups SET tagline", "tblproducts SET color", "tblservers SET noc"}

// edit commits the edits. It waits until the server has ended the transaction of a lost connection.
func (e *editor) edit() {
	if e.isDone {
		return
	}
	e.isDone = true
	for _, edit := range edits {
		if _, err := e.session.Exec("UPDATE " + edit + " = 'edited'"); err != nil {
			e.n.t.Errorf("the edit of another connection: %v", err)
		}
	}
}

// check fails the test if an edit is lost, and removes the edits.
func (e *editor) check() {
	e.n.t.Helper()
	if e.isDone {
		e.n.count(1, "tblproductgroups WHERE id = 1 AND tagline = 'edited'")
		e.n.count(1, "tblproducts WHERE id = 1 AND color = 'edited'")
		e.n.count(0, "tblservers WHERE noc <> 'edited'")
	}
	for _, edit := range edits {
		e.n.exec("UPDATE " + edit + " = ''")
	}
}

// tryWrite sends a write with a key, which stays in the request.
func (w *whmcs) tryWrite(request object) (response, error) {
	request["key"] = newKey()
	return w.tryPost(w.form("TerraformWrite", request))
}
