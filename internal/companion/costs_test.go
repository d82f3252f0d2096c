package companion_test

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hosting-iac/terraform-provider-hosting/internal/companion/testhost"
)

// TestCosts measures what requests cost in a WHMCS of 1,000 and of 10,000 products: SQL statements, locked rows and
// peak memory of PHP. None may depend on the number of products. With HOSTING_BENCH_COSTS, which names a file, the
// test repeats each request and writes a table with the times.
func TestCosts(t *testing.T) {
	t.Parallel()
	file := os.Getenv("HOSTING_BENCH_COSTS")
	rounds := 1
	if file != "" {
		rounds = 7
	}
	sizes := []int{1000, 10_000}
	estates := map[int]*whmcs{}
	for _, size := range sizes {
		w := newWHMCS(t, testhost.Options{})
		w.fillProducts(size)
		w.ok(w.read(object{"op": "info"})) // makes the companion's tables
		estates[size] = w
	}
	description := 0
	update := func(w *whmcs) response {
		description++
		price := object{"monthly": object{"price": strconv.Itoa(description), "setup_fee": "0"}}
		return w.update("product", "500", object{},
			object{"description": strconv.Itoa(description), "pricing": object{"USD": price}})
	}
	requests := []struct {
		name string
		send func(w *whmcs) response
	}{
		{"first page of a list of 500", func(w *whmcs) response {
			return w.read(object{"op": "list", "kind": "product", "limit": 500})
		}},
		{"page of 500 in the middle", func(w *whmcs) response {
			return w.read(object{"op": "list", "kind": "product", "limit": 500, "after": "490"})
		}},
		{"page of 500 with usage counters", func(w *whmcs) response {
			return w.read(object{"op": "list", "kind": "product", "limit": 500, "with": list{"usage"}})
		}},
		{"get of one", func(w *whmcs) response {
			return w.read(object{"op": "get", "kind": "product", "ids": list{"500"}})
		}},
		{"validate of a description", func(w *whmcs) response {
			return w.read(object{"op": "validate", "kind": "product", "id": "500", "values": object{"description": "Another"}})
		}},
		{"validate of a name", func(w *whmcs) response {
			return w.read(object{"op": "validate", "kind": "product", "id": "500", "values": object{"name": "Another name"}})
		}},
		{"update of description and price", update},
	}
	type cost struct {
		statements, memory int
		times              []time.Duration
	}
	costs := make([]map[int]*cost, len(requests))
	for i, request := range requests {
		costs[i] = map[int]*cost{}
		for round := range rounds + 1 { // the first is not measured: PHP compiles the files
			for _, size := range sizes {
				started := time.Now()
				got := request.send(estates[size])
				took := time.Since(started)
				estates[size].ok(got)
				if costs[i][size] == nil {
					costs[i][size] = &cost{}
				}
				c := costs[i][size]
				c.statements, c.memory = got.statements, max(c.memory, got.memory)
				if round > 0 {
					c.times = append(c.times, took)
				}
			}
		}
	}
	locked := map[int]int{}
	for _, size := range sizes {
		locked[size] = estates[size].lockedRows(func() response { return update(estates[size]) })
	}

	var table strings.Builder
	_, _ = table.WriteString("| request | statements, 1,000 and 10,000 products | peak memory of PHP, MiB | " +
		"milliseconds, median | time, 10,000 ÷ 1,000 |\n|---|---:|---:|---:|---:|\n")
	for i, request := range requests {
		small, large := costs[i][sizes[0]], costs[i][sizes[1]]
		ratios := make([]float64, len(small.times))
		for round := range small.times {
			ratios[round] = large.times[round].Seconds() / small.times[round].Seconds()
		}
		_, _ = fmt.Fprintf(&table, "| %s | %d, %d | %.1f, %.1f | %.1f, %.1f | %.2f |\n", request.name,
			small.statements, large.statements, float64(small.memory)/(1<<20), float64(large.memory)/(1<<20),
			median(small.times).Seconds()*1000, median(large.times).Seconds()*1000, median(ratios))
		if small.statements != large.statements || small.statements == 0 {
			t.Errorf("%s: %d statements with 1,000 products, %d with 10,000", request.name, small.statements, large.statements)
		}
		if float64(large.memory) > 1.2*float64(small.memory) {
			t.Errorf("%s: %d bytes of memory with 1,000 products, %d with 10,000", request.name, small.memory, large.memory)
		}
	}
	_, _ = fmt.Fprintf(&table, "\nRows locked by the update: %d with 1,000 products, %d with 10,000.\n",
		locked[sizes[0]], locked[sizes[1]])
	if locked[sizes[0]] != locked[sizes[1]] {
		t.Errorf("locked rows: %v", locked)
	}
	t.Log("\n" + table.String())
	if file != "" {
		if err := os.WriteFile(file, []byte(table.String()), 0o600); err != nil {
			t.Error(err)
		}
	}
}

func median[N ~int64 | ~float64](values []N) N {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
