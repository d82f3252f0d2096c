package companion_test

import (
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
)

// bothModes runs a test on a current and on an old installation.
func bothModes(t *testing.T, test func(w *whmcs)) {
	t.Helper()
	for mode, options := range map[string]testhost.Options{
		"modern": {}, "old": {Legacy: true, ArrayResults: true},
	} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			test(newWHMCS(t, options))
		})
	}
}

// sendConcurrently sends all requests at the same time and returns their responses and errors.
func (w *whmcs) sendConcurrently(requests []url.Values) ([]response, []error) {
	answers, errs := make([]response, len(requests)), make([]error, len(requests))
	ready := make(chan struct{})
	var group sync.WaitGroup
	for number, request := range requests {
		group.Go(func() {
			<-ready
			answers[number], errs[number] = w.tryPost(request)
		})
	}
	close(ready)
	group.Wait()
	return answers, errs
}

// The first requests of a new installation may come at the same time. One of them makes the companion's tables.
func TestTheTablesAreMadeOnce(t *testing.T) {
	t.Parallel()
	for range 2 {
		w := newWHMCS(t, testhost.Options{})
		requests := make([]url.Values, 8)
		for i := range requests {
			requests[i] = w.form("TerraformRead", object{"op": "info"})
		}
		answers, errs := w.sendConcurrently(requests)
		for i, got := range answers {
			if errs[i] != nil || got.result != "success" {
				t.Errorf("%v %s %s: %s", errs[i], got.code, got.message, w.queryText("SELECT GROUP_CONCAT(description) FROM tblactivitylog"))
			}
		}
	}
}

// Concurrent requests with one key create one object. Every success reports the same id. A request without a
// response, or with the error `internal`, may be repeated.
func TestOneKeyMakesOneObjectHoweverManySendIt(t *testing.T) {
	t.Parallel()
	bothModes(t, func(w *whmcs) {
		request := w.form("TerraformWrite", object{"op": "create", "kind": "product_group", "key": newKey(), "values": object{"name": "one"}})
		answers, errs := w.sendConcurrently(slices.Repeat([]url.Values{request}, 500))
		ids, outcomes := map[any]int{}, map[string]int{}
		for number, got := range answers {
			switch {
			case errs[number] != nil:
				outcomes["no answer"]++
			case got.result == "success":
				ids[got.payload["id"]]++
				outcomes[fmt.Sprint("success, replayed: ", got.payload["replayed"] == true)]++
			default:
				outcomes[got.code]++
			}
		}
		w.t.Logf("500 creates with one key: %v", outcomes)
		if len(ids) != 1 || outcomes["success, replayed: false"] > 1 {
			w.t.Errorf("ids %v, outcomes %v", ids, outcomes)
		}
		for outcome := range outcomes {
			if !strings.HasPrefix(outcome, "success") && outcome != "no answer" && outcome != "internal" {
				w.t.Errorf("a response is %s, without the advice to try again", outcome)
			}
		}
		if count := w.queryText("SELECT COUNT(*) FROM tblproductgroups WHERE name = 'one'"); count != "1" {
			w.t.Errorf("%s groups", count)
		}
		last := w.ok(w.post(request))
		if ids[last["id"]] == 0 || last["replayed"] != true {
			w.t.Errorf("the next try gives %v, the others gave %v", last, ids)
		}
	})
}

// If a response is lost after the commit, a repetition with the same key returns it again. This holds for every
// write.
func TestAnAnswerLostAfterTheCommitComesAgain(t *testing.T) {
	t.Parallel()
	bothModes(t, func(w *whmcs) {
		id, _ := w.create("product_group", object{"name": "there"})
		for _, lost := range []struct {
			request object
			left    string // additional product groups
		}{
			{object{"op": "create", "kind": "product_group", "values": object{"name": "lost"}}, "2"},
			{object{"op": "update", "kind": "product_group", "id": id, "expect": object{"headline": ""}, "values": object{"headline": "lost"}}, "2"},
			{object{"op": "delete", "kind": "product_group", "id": id, "expect": object{"name": "there"}}, "1"},
		} {
			lost.request["key"] = newKey()
			form := w.form("TerraformWrite", lost.request)
			cut := cutAfterAnswer(w.t, w.URL)
			if response, err := http.PostForm(cut+"/includes/api.php", form); err == nil {
				_ = response.Body.Close()
				w.t.Fatalf("%v: a response came through", lost.request)
			}
			w.holds(w.ok(w.post(form)), object{"replayed": true})
			if count := w.queryText("SELECT COUNT(*) - 1 FROM tblproductgroups"); count != lost.left {
				w.t.Errorf("%v: %s groups, want %s", lost.request, count, lost.left)
			}
		}
	})
}

// cutAfterAnswer relays one request and closes the connection at the first byte of the response. The host sends the
// response after the commit. cutAfterAnswer returns the address to use instead of the host's.
func cutAfterAnswer(t testing.TB, base string) string {
	t.Helper()
	target, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() {
		_ = listener.Close()
		<-done
	})
	go func() {
		defer close(done)
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			host, err := net.Dial("tcp", target.Host)
			if err != nil {
				_ = client.Close()
				continue
			}
			go func() { _, _ = io.Copy(host, client) }()
			_, _ = io.ReadFull(host, make([]byte, 1))
			_ = client.Close()
			_ = host.Close()
		}
	}()
	return "http://" + listener.Addr().String() + target.Path
}

// Of several changes with the same expected prior value, one succeeds. The others are conflicts.
func TestOneOfTheChangesWithTheSameExpectationWins(t *testing.T) {
	t.Parallel()
	bothModes(t, func(w *whmcs) {
		product, _ := w.create("product", object{"product_group_id": "1", "name": "p", "pay_type": "recurring", "pricing": object{"USD": object{"monthly": object{"price": "1", "setup_fee": "0"}}}})
		server, _ := w.create("server", object{"name": "s", "module": "samplevps"})
		group, _ := w.create("server_group", object{"name": "g"})
		options, _ := w.create("configurable_option_group", object{"name": "o"})
		price := func(text string) object {
			return object{"USD": object{"monthly": object{"price": text, "setup_fee": "0"}}}
		}
		for _, change := range []struct {
			kind, id, field string
			before          any
			after           func(number int) any
		}{
			{"product", product, "pricing", price("1"), func(number int) any { return price(fmt.Sprint(number + 2)) }},
			{"product", product, "description", "", func(number int) any { return fmt.Sprint("d", number) }},
			{"server", server, "hostname", "", func(number int) any { return fmt.Sprintf("s%d.example.com", number) }},
			{"server_group", group, "server_ids", list{}, func(int) any { return list{server} }},
			{"configurable_option_group", options, "description", "", func(number int) any { return fmt.Sprint("d", number) }},
			{"product_group", "1", "tagline", "", func(number int) any { return fmt.Sprint("t", number) }},
		} {
			var requests []url.Values
			for number := range 8 {
				requests = append(requests, w.form("TerraformWrite", object{
					"op": "update", "kind": change.kind, "id": change.id, "key": newKey(),
					"expect": object{change.field: change.before}, "values": object{change.field: change.after(number)},
				}))
			}
			answers, errs := w.sendConcurrently(requests)
			counts := map[string]int{}
			for number, got := range answers {
				counts[fmt.Sprint(got.result, got.code, errs[number])]++
			}
			if counts["success<nil>"] != 1 || counts["errorconflict<nil>"] != len(requests)-1 {
				w.t.Errorf("%s %s: %v%s", change.kind, change.field, counts, w.internalErrors())
			}
		}
	})
}

// Each of a hundred writes reports what became of it. The one that fails changes none of the others.
func TestEachWriteReportsItsResult(t *testing.T) {
	t.Parallel()
	bothModes(t, func(w *whmcs) {
		for kind, needs := range map[string]object{"product_group": {}, "product": {"product_group_id": "1"}} {
			var ops []object
			for number := range 100 {
				values := object{"name": fmt.Sprint("member ", number+1), "tagline": "hundred"}
				for name, value := range needs {
					values[name] = value
				}
				ops = append(ops, object{"op": "create", "kind": kind, "values": values})
			}
			ops[49]["values"].(object)["name"] = "member 49"
			results := w.results(ops)
			done := map[string]string{} // names by id
			for number, result := range results {
				switch {
				case result["ok"] == true:
					done[result["id"].(string)] = fmt.Sprint("member ", number+1)
				case number == 49:
					w.holds(result, object{"code": "exists", "kind": kind, "id": results[48]["id"]})
				default:
					w.t.Errorf("%s %d: %v", kind, number+1, result)
				}
			}
			for _, row := range w.rows(kind, slices.Collect(maps.Keys(done))...) {
				w.holds(row.(object), object{"name": done[row.(object)["id"].(string)]})
			}
			if count := w.queryText("SELECT COUNT(*) FROM tbl" + strings.ReplaceAll(kind, "_", "") + "s WHERE tagline = 'hundred'"); len(results) != 100 || len(done) != 99 || count != "99" {
				w.t.Errorf("%s: %d results, %d done, %s stored", kind, len(results), len(done), count)
			}
		}
	})
}
