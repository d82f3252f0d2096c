package companion_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
)

// usedObject is an object that a deletion must not remove, because another program begins to use it.
type usedObject struct {
	kind string
	// make makes the object and returns its id, what a deletion expects, and what is added. %s is the object's id.
	make func(n *neighbour) (id string, expect object, use string)
	// at begins the last statement of the deletion.
	at string
}

var usedObjects = []usedObject{
	{"product", func(n *neighbour) (string, object, string) {
		id, _ := n.create("product", productValues("ordered"))
		return id, object{"product_group_id": "1", "name": "ordered"}, order
	}, "delete from `tblproducts`"},
	{"server", func(n *neighbour) (string, object, string) {
		id, _ := n.create("server", object{"name": "s", "module": "samplevps"})
		return id, object{"name": "s"}, "INSERT INTO tblhosting (packageid, server, regdate, domain, domainstatus) VALUES (1, %s, CURDATE(), '', 'Active')"
	}, "delete from `tblservers`"},
	{"server", func(n *neighbour) (string, object, string) {
		id, _ := n.create("server", object{"name": "s", "module": "samplevps"})
		return id, object{"name": "s"}, "INSERT INTO tblhostingaddons (hostingid, addonid, server, status) VALUES (1, 1, %s, 'Active')"
	}, "delete from `tblservers`"},
	{"server_group", func(n *neighbour) (string, object, string) {
		id, _ := n.create("server_group", object{"name": "g"})
		return id, object{"name": "g"}, "UPDATE tblproducts SET servergroup = %s WHERE id = 1"
	}, "delete from `tblservergroups`"},
	{"product_group", func(n *neighbour) (string, object, string) {
		id, _ := n.create("product_group", object{"name": "g"})
		return id, object{"name": "g"}, "UPDATE tblproducts SET gid = %s WHERE id = 1"
	}, "delete from `tblproductgroups`"},
	{"configurable_option_group", func(n *neighbour) (string, object, string) {
		part := object{"name": "RAM", "sub_options": object{"a": object{"name": "1 GB"}}}
		id, _ := n.create("configurable_option_group", object{"name": "o", "options": object{"ram": part}})
		return id, object{"name": "o"}, "INSERT INTO tblhostingconfigoptions (relid, configid, optionid) SELECT 1, id, 1 FROM tblproductconfigoptions WHERE gid = %s"
	}, "delete from `tblproductconfiggroups`"},
}

const order = "INSERT INTO tblhosting (packageid, regdate, domain) VALUES (%s, CURDATE(), '')"

// Another program that begins to use an object before its deletion is checked prevents the deletion. One that comes
// later waits until the deletion has ended.
func TestNeighbourUseDuringADeletion(t *testing.T) {
	t.Parallel()
	for _, used := range usedObjects {
		t.Run(used.kind, func(t *testing.T) {
			t.Parallel()
			n := newNeighbour(t, testhost.Shared(t), testhost.Options{})
			id, expect, use := used.make(n)
			use = fmt.Sprintf(use, id)
			other := n.NewSession(t)

			// The deletion waits for the transaction of the other program, and then counts what it has added.
			must(t, other, "BEGIN", use)
			done := make(chan struct{})
			go func() {
				defer close(done)
				time.Sleep(300 * time.Millisecond)
				must(t, other, "COMMIT")
			}()
			n.fails(n.delete(used.kind, id, expect), "in_use")
			<-done
			n.row(used.kind, id)
			for _, sql := range []string{
				"DELETE FROM tblhosting", "DELETE FROM tblhostingaddons", "DELETE FROM tblhostingconfigoptions",
				"UPDATE tblproducts SET servergroup = 0, gid = 1",
			} {
				n.exec(sql)
			}

			// The other program waits for the deletion.
			must(t, other, "SET SESSION innodb_lock_wait_timeout = 1")
			waited := 0
			n.relay.Watch(func(s testhost.Statement) testhost.Verdict {
				if strings.HasPrefix(s.SQL, used.at) {
					var failure *testhost.SQLError
					if _, err := other.Exec(use); errors.As(err, &failure) && failure.Code == 1205 {
						waited++
					} else {
						t.Errorf("%s does not wait for the deletion: %v", use, err)
					}
				}
				return testhost.Pass
			})
			n.ok(n.delete(used.kind, id, expect))
			n.relay.Watch(nil)
			if waited != 1 {
				t.Errorf("waited %d times", waited)
			}
		})
	}
}

// An order reads its product at a random moment of the product's deletion. It either finds the product and prevents the
// deletion, or it does not find it.
func TestNeighbourOrderDuringADeletion(t *testing.T) {
	t.Parallel()
	n := newNeighbour(t, testhost.Shared(t), testhost.Options{})
	other := n.NewSession(t)
	outcomes := map[string]int{}
	for round := range rounds {
		name := fmt.Sprint("ordered ", round)
		id, _ := n.create("product", productValues(name))
		isOrdered := false
		wait := n.atRandom(func() {
			must(t, other, "BEGIN")
			found, err := other.Exec("SELECT id FROM tblproducts WHERE id = " + id + " LOCK IN SHARE MODE")
			if isOrdered = err == nil && len(found) == 1; isOrdered {
				_, err = other.Exec(fmt.Sprintf(order, id))
				isOrdered = err == nil
			}
			must(t, other, "COMMIT")
		})
		got := n.delete("product", id, object{"product_group_id": "1", "name": name})
		wait()
		outcomes[fmt.Sprint("ordered: ", isOrdered, ", deletion: ", got.result, got.code)]++
		if isOrdered == (got.result == "success") || (got.result != "success" && got.code != "in_use") {
			t.Errorf("round %d: ordered %v, and the deletion is %s %s: %s", round, isOrdered, got.result, got.code, got.message)
		}
		n.count(0, "tblhosting h WHERE NOT EXISTS (SELECT 1 FROM tblproducts p WHERE p.id = h.packageid)")
		n.exec("DELETE FROM tblhosting")
	}
	t.Logf("%v", outcomes)
}

// A guarded field of a product does not change while an order arrives.
func TestNeighbourOrderDuringAGuardedChange(t *testing.T) {
	t.Parallel()
	n := newNeighbour(t, testhost.Shared(t), testhost.Options{})
	id, _ := n.create("product", productValues("guarded"))
	other := n.NewSession(t)
	must(t, other, "SET SESSION innodb_lock_wait_timeout = 1")
	change := object{"op": "update", "kind": "product", "id": id, "guard_live": list{"module"}, "values": object{"module": "samplevps"}}
	waited := false
	n.relay.Watch(func(s testhost.Statement) testhost.Verdict {
		if strings.HasPrefix(s.SQL, "update `tblproducts`") {
			var failure *testhost.SQLError
			_, err := other.Exec(fmt.Sprintf(order, id))
			waited = errors.As(err, &failure) && failure.Code == 1205
		}
		return testhost.Pass
	})
	n.ok(n.write(change))
	n.relay.Watch(nil)
	if !waited {
		t.Error("the order does not wait for the change")
	}
}
