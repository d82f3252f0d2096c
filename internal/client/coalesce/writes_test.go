package coalesce

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// order is one write: so many bytes about an object of a kind.
type order struct {
	kind, object, text string
	bytes              int
}

// clerk carries orders out, one after the other in each request, and keeps what it was sent.
type clerk struct {
	mu       sync.Mutex
	requests [][]order
	done     []order
	perOrder time.Duration // how long it takes beside the round trip
	tires    time.Duration // how long it goes on with one request; 0 = for ever
	refuse   func(order) error
	spoil    func(request int, orders []order) error // before it is carried out
	lose     func(request int, orders []order) error // after it
}

var (
	errLost    = errors.New("the answer was lost")
	errRefused = errors.New("refused")
	errDown    = errors.New("down")
)

func (k *clerk) send(ctx context.Context, orders []order) ([]Result[string], error) {
	k.mu.Lock()
	k.requests = append(k.requests, slices.Clone(orders))
	n := len(k.requests)
	k.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	time.Sleep(roundTrip)
	if k.spoil != nil {
		if err := k.spoil(n, orders); err != nil {
			return nil, err
		}
	}
	began := time.Now()
	results := make([]Result[string], len(orders))
	for i, o := range orders {
		if k.tires > 0 && time.Since(began) > k.tires {
			results[i].Again = true
			continue
		}
		time.Sleep(k.perOrder)
		if k.refuse != nil {
			if results[i].Err = k.refuse(o); results[i].Err != nil {
				continue
			}
		}
		k.mu.Lock()
		k.done = append(k.done, o)
		k.mu.Unlock()
		results[i].Value = "done " + o.text
	}
	if k.lose != nil {
		if err := k.lose(n, orders); err != nil {
			return nil, err
		}
	}
	return results, nil
}

func (k *clerk) writes() *Writes[order, string] {
	return NewWrites(Sender[order, string]{
		One: func(ctx context.Context, o order) (string, error) {
			results, err := k.send(ctx, []order{o})
			if err != nil {
				return "", err
			}
			return results[0].Value, results[0].Err
		},
		Many:   k.send,
		Lane:   func(o order) string { return o.kind },
		Object: func(o order) string { return o.object },
		Most:   100, Bytes: 1000, Size: func(o order) int { return o.bytes },
		Alone: func(err error) bool { return !errors.Is(err, errDown) },
	})
}

// sizes are how many orders each request held.
func (k *clerk) sizes() []int {
	sizes := make([]int, len(k.requests))
	for i, orders := range k.requests {
		sizes[i] = len(orders)
	}
	return sizes
}

// apply writes as Terraform does: so many at a time, each after a moment of Terraform's own.
func apply(t *testing.T, writes *Writes[order, string], orders []order, parallel int, own time.Duration) []answer {
	t.Helper()
	return applyBy(t, writes, orders, parallel, func() { time.Sleep(own) })
}

// applyBy does the same with what Terraform does of its own.
func applyBy(t *testing.T, writes *Writes[order, string], orders []order, parallel int, own func()) []answer {
	t.Helper()
	answers := make([]answer, len(orders))
	next := make(chan int)
	var workers sync.WaitGroup
	for range parallel {
		workers.Go(func() {
			for i := range next {
				own()
				ctx, cancel := context.WithCancel(t.Context())
				answers[i].value, answers[i].err = writes.Do(ctx, orders[i])
				cancel()
			}
		})
	}
	for i := range orders {
		next <- i
	}
	close(next)
	workers.Wait()
	return answers
}

func orders(n int) []order {
	out := make([]order, n)
	for i := range out {
		out[i] = order{kind: "product", text: fmt.Sprint(i), bytes: 20}
	}
	return out
}

// TestWrites_packing: 1,000 writes at 10 at a time travel in little more than 100 requests, whatever Terraform does between two of them.
func TestWrites_packing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		parallel int
		own, per time.Duration
		busy     bool // Terraform has one processor for all of its own work
		most     int
	}{
		{parallel: 10, own: time.Millisecond, most: 105},
		{parallel: 10, own: 20 * time.Millisecond, most: 105},
		{parallel: 10, own: roundTrip + 3*time.Millisecond, most: 125}, // it asks something in between
		{parallel: 10, own: time.Millisecond, per: 5 * time.Millisecond, most: 105},
		{parallel: 10, own: 5 * time.Millisecond, busy: true, most: 115},
		{parallel: 10, own: 40 * time.Millisecond, busy: true, most: 115},
		{parallel: 10, own: 300 * time.Millisecond, busy: true, most: 1000}, // one is answered long before the next one comes: they do not arrive together
		{parallel: 50, own: time.Millisecond, most: 25},
		{parallel: 500, own: time.Millisecond, most: 25}, // by size: 50 of them are 1,000 bytes
		{parallel: 1, own: time.Millisecond, most: 1000},
	} {
		t.Run(fmt.Sprint(c.parallel, c.own, c.per, c.busy), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				k := &clerk{perOrder: c.per}
				processor := make(chan struct{}, 1000)
				if c.busy {
					processor = make(chan struct{}, 1)
				}
				work := func() {
					processor <- struct{}{}
					time.Sleep(c.own)
					<-processor
				}
				began := time.Now()
				for i, a := range applyBy(t, k.writes(), orders(1000), c.parallel, work) {
					require.NoError(t, a.err)
					require.Equal(t, fmt.Sprint("done ", i), a.value)
				}
				t.Logf("%d at a time, %s each: %d requests in %s", c.parallel, c.own, len(k.requests), time.Since(began))
				assert.LessOrEqual(t, len(k.requests), c.most)
				assert.Len(t, k.done, 1000)
				assert.LessOrEqual(t, slices.Max(k.sizes()), 50)
			})
		})
	}
}

// TestWrites_lone: who is alone is not kept waiting, and its request is not one for several.
func TestWrites_lone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := &clerk{}
		writes := k.writes()
		for i := range 3 {
			began := time.Now()
			_, err := writes.Do(t.Context(), order{text: fmt.Sprint(i)})
			require.NoError(t, err)
			assert.LessOrEqual(t, time.Since(began), roundTrip+map[bool]time.Duration{true: opening, false: window}[i == 0])
		}
		assert.Equal(t, []int{1, 1, 1}, k.sizes())
	})
}

// TestWrites_loneLater: nor is who is alone long after others came together, whatever was learnt of those.
func TestWrites_loneLater(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := &clerk{perOrder: time.Second}
		writes := k.writes()
		var n atomic.Int64
		applyBy(t, writes, orders(40), 10, func() { time.Sleep(time.Duration(n.Add(1)%7) * 300 * time.Millisecond) })
		for i := range 3 {
			time.Sleep(rest + time.Second)
			began := time.Now()
			_, err := writes.Do(t.Context(), order{kind: "product", text: fmt.Sprint(i)})
			require.NoError(t, err)
			assert.LessOrEqual(t, time.Since(began), roundTrip+k.perOrder+window)
		}
	})
}

// TestWrites_lanes: what may not travel together does not, nor does one kind wait for another.
func TestWrites_lanes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := &clerk{}
		writes, began := k.writes(), time.Now()
		var all sync.WaitGroup
		for i := range 6 {
			all.Go(func() {
				_, err := writes.Do(t.Context(), order{kind: []string{"a", "b"}[i%2], text: fmt.Sprint(i)})
				assert.NoError(t, err)
			})
		}
		all.Wait()
		assert.Equal(t, []int{3, 3}, k.sizes())
		assert.Equal(t, roundTrip+opening, time.Since(began))
	})
}

// TestWrites_limits: what is too large for one request takes another, in order; one that is too large for any travels alone.
func TestWrites_limits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := &clerk{}
		var list []order
		for i, bytes := range []int{400, 400, 300, 5000, 10, 10} {
			list = append(list, order{text: fmt.Sprint(i), bytes: bytes})
		}
		writes := k.writes()
		var all sync.WaitGroup
		for i, o := range list {
			time.Sleep(time.Microsecond)
			all.Go(func() {
				value, err := writes.Do(t.Context(), o)
				assert.NoError(t, err)
				assert.Equal(t, fmt.Sprint("done ", i), value)
			})
		}
		all.Wait()
		assert.Equal(t, []int{2, 1, 1, 2}, k.sizes())
		assert.Equal(t, list, k.done)
	})
}

// TestWrites_order: writes about one object are carried out in the order in which they came, whatever happens to their requests.
func TestWrites_order(t *testing.T) {
	t.Parallel()
	for name, k := range map[string]*clerk{
		"all well":   {},
		"tired":      {perOrder: 20 * time.Millisecond, tires: 50 * time.Millisecond},
		"lost":       {lose: func(n int, _ []order) error { return map[int]error{1: errLost}[n] }},
		"turned off": {spoil: func(_ int, orders []order) error { return map[bool]error{true: errRefused}[len(orders) > 1] }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				writes := k.writes()
				var all sync.WaitGroup
				for i := range 24 {
					time.Sleep(time.Microsecond)
					all.Go(func() {
						_, err := writes.Do(t.Context(), order{object: fmt.Sprint(i % 3), text: fmt.Sprint(i)})
						assert.NoError(t, err)
					})
				}
				all.Wait()
				last := map[string]int{}
				seen := map[string]bool{}
				for _, o := range k.done {
					if seen[o.text] {
						continue // a repetition
					}
					seen[o.text] = true
					var n int
					_, err := fmt.Sscan(o.text, &n)
					require.NoError(t, err)
					require.GreaterOrEqual(t, n, last[o.object])
					last[o.object] = n
				}
				assert.Len(t, seen, 24)
			})
		})
	}
}

// TestWrites_ownResults: each caller gets its own, be it that some are refused, that the request is turned down as a whole or its answer lost.
func TestWrites_ownResults(t *testing.T) {
	t.Parallel()
	odd := func(o order) error {
		if strings.HasSuffix(o.text, "3") {
			return fmt.Errorf("%s: %w", o.text, errRefused)
		}
		return nil
	}
	for _, c := range []struct {
		name     string
		clerk    *clerk
		requests int
	}{
		{"some refused", &clerk{refuse: odd}, 1},
		{"the whole refused", &clerk{refuse: odd, spoil: func(_ int, orders []order) error { return map[bool]error{true: errRefused}[len(orders) > 1] }}, 1 + 20},
		{"the answer lost", &clerk{refuse: odd, lose: func(_ int, orders []order) error { return map[bool]error{true: errLost}[len(orders) > 1] }}, 1 + 20},
		{"tired", &clerk{refuse: odd, perOrder: time.Second, tires: 4500 * time.Millisecond}, 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				for i, a := range apply(t, c.clerk.writes(), orders(20), 20, 0) {
					if i%10 == 3 {
						require.EqualError(t, a.err, fmt.Sprintf("%d: refused", i))
						continue
					}
					require.NoError(t, a.err)
					require.Equal(t, fmt.Sprint("done ", i), a.value)
				}
				assert.Len(t, c.clerk.requests, c.requests)
			})
		})
	}
}

// TestWrites_doubt: when a request may have carried out what it held, and a write of it then fails alone, its caller learns of both failures.
func TestWrites_doubt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		before error
		doubt  bool
	}{
		{"the answer lost", errLost, true},
		{"turned down", errRefused, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				k := &clerk{
					lose: func(_ int, orders []order) error { return map[bool]error{true: c.before}[len(orders) > 1] },
					spoil: func(_ int, orders []order) error {
						return map[bool]error{true: errDown}[len(orders) == 1 && orders[0].text != "3"]
					},
				}
				writes := k.writes()
				writes.sender.Doubt = func(together, alone error) error {
					if errors.Is(together, errLost) {
						return errors.Join(together, alone)
					}
					return alone
				}
				for i, a := range apply(t, writes, orders(5), 5, 0) {
					if i == 3 {
						require.NoError(t, a.err)
						continue
					}
					require.ErrorIs(t, a.err, errDown)
					require.Equal(t, c.doubt, errors.Is(a.err, errLost))
				}
				assert.Equal(t, []int{5, 1, 1, 1, 1, 1}, k.sizes())

				// Who is alone from the beginning has nothing to doubt.
				_, err := writes.Do(t.Context(), order{text: "9"})
				require.EqualError(t, err, errDown.Error())
			})
		})
	}
}

// TestWrites_down: what is known to fail for every one of them is not tried again for each.
func TestWrites_down(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := &clerk{spoil: func(int, []order) error { return errDown }}
		for _, a := range apply(t, k.writes(), orders(10), 10, 0) {
			require.ErrorIs(t, a.err, errDown)
		}
		assert.Equal(t, []int{10}, k.sizes())
		assert.Empty(t, k.done)
	})
}

// TestWrites_neverAttempted: a system that attempts nothing of a request is not asked for ever.
func TestWrites_neverAttempted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := &clerk{}
		writes := k.writes()
		writes.sender.Many = func(_ context.Context, orders []order) ([]Result[string], error) {
			results := make([]Result[string], len(orders))
			for i := range results {
				results[i].Again = true
			}
			return results, nil
		}
		for _, a := range apply(t, writes, orders(5), 5, 0) {
			require.NoError(t, a.err)
		}
		assert.Equal(t, []int{1, 1, 1, 1, 1}, k.sizes())
	})
}

// TestWrites_cancelled: what nobody wants any more is not sent; what is under way is finished, and told; the others notice nothing.
func TestWrites_cancelled(t *testing.T) {
	t.Parallel()
	for after, sent := range map[time.Duration]bool{0: false, opening / 2: false, opening + roundTrip/2: true} {
		t.Run(fmt.Sprint(after), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				k := &clerk{}
				writes := k.writes()
				ctx, cancel := context.WithTimeout(t.Context(), after)
				defer cancel()
				var all sync.WaitGroup
				all.Go(func() {
					value, err := writes.Do(ctx, order{kind: "product", text: "mine"})
					if sent {
						assert.NoError(t, err)
						assert.Equal(t, "done mine", value)
					} else {
						assert.ErrorIs(t, err, context.DeadlineExceeded)
					}
				})
				for _, a := range apply(t, writes, orders(5), 5, 0) {
					assert.NoError(t, a.err)
				}
				all.Wait()
				assert.Equal(t, sent, slices.ContainsFunc(k.done, func(o order) bool { return o.text == "mine" }))
			})
		})
	}
	t.Run("all of them", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			k := &clerk{}
			writes := k.writes()
			writes.sender.Many = func(ctx context.Context, _ []order) ([]Result[string], error) {
				<-ctx.Done() // as between two attempts
				return nil, ctx.Err()
			}
			began := time.Now()
			var all sync.WaitGroup
			for _, o := range orders(3) {
				all.Go(func() {
					_, err := writes.Do(ctx, o)
					assert.ErrorIs(t, err, context.DeadlineExceeded)
				})
			}
			all.Wait()
			assert.Equal(t, time.Minute, time.Since(began))
			assert.Empty(t, k.requests, "nor are they sent one by one")
		})
	})
}

// TestWrites_panics: what panics for several callers panics in each of them, and the next ones are served.
func TestWrites_panics(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(){"panic": func() { panic("boom") }, "end of the goroutine": runtime.Goexit} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				k := &clerk{}
				writes := k.writes()
				many := writes.sender.Many
				writes.sender.Many = func(context.Context, []order) ([]Result[string], error) {
					end()
					return nil, nil
				}
				var all sync.WaitGroup
				for _, o := range orders(4) {
					all.Go(func() { assert.Panics(t, func() { _, _ = writes.Do(t.Context(), o) }) })
				}
				all.Wait()
				writes.sender.Many = many
				for _, a := range apply(t, writes, orders(4), 4, 0) {
					require.NoError(t, a.err)
				}
			})
		})
	}
}

// TestWrites_apart: switched off, each write is a request.
func TestWrites_apart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := &clerk{}
		writes := k.writes()
		writes.sender.Apart = true
		apply(t, writes, orders(10), 10, 0)
		assert.Equal(t, []int{1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, k.sizes())
	})
}
