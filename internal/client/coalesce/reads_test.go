package coalesce

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// roundTrip is what a request to the shelf takes.
const roundTrip = 50 * time.Millisecond

var errAbsent = errors.New("there is no such thing")

// shelf is a system with things on it, numbered from 1. It counts the requests.
type shelf struct {
	mu                 sync.Mutex
	things             map[string]string
	size               int  // of a page
	total              bool // pages say how many there are
	known              int  // the length of the list, as another list has shown
	gets, manys, pages int
	spoil              func(request string) error
	onPage             func(page int)
	partial            map[string]bool // what the list shows less of than get
}

func newShelf(things, size int) *shelf {
	s := &shelf{things: map[string]string{}, size: size}
	for i := range things {
		s.things[strconv.Itoa(i+1)] = "v1"
	}
	return s
}

func (s *shelf) requests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.gets + s.manys + s.pages
}

func (s *shelf) set(id, value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.things[id] = value
}

// exchange is one request: it takes its time, and sees the shelf as it is at the end of it.
func (s *shelf) exchange(ctx context.Context, request string, count *int) error {
	s.mu.Lock()
	*count++
	s.mu.Unlock()
	select {
	case <-time.After(roundTrip):
	case <-ctx.Done():
		return ctx.Err()
	}
	if s.spoil != nil {
		return s.spoil(request)
	}
	return nil
}

func (s *shelf) get(ctx context.Context, id string) (string, error) {
	if err := s.exchange(ctx, "get "+id, &s.gets); err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	value, ok := s.things[id]
	if !ok {
		return "", errAbsent
	}
	return value, nil
}

func (s *shelf) many(ctx context.Context, ids []string) (map[string]string, error) {
	if err := s.exchange(ctx, "many", &s.manys); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	found := map[string]string{}
	for _, id := range ids {
		if value, ok := s.things[id]; ok {
			found[id] = value
		}
	}
	return found, nil
}

// list pages by number, as a system without cursors does: what moves between two pages is seen twice or not at all.
func (s *shelf) list(ctx context.Context, visit func([]Row[string], int) bool) error {
	for page := 1; ; page++ {
		if err := s.exchange(ctx, "page "+strconv.Itoa(page), &s.pages); err != nil {
			return err
		}
		if s.onPage != nil {
			s.onPage(page)
		}
		s.mu.Lock()
		ids := make([]int, 0, len(s.things))
		for id := range s.things {
			n, _ := strconv.Atoi(id)
			ids = append(ids, n)
		}
		slices.Sort(ids)
		from, to := min((page-1)*s.size, len(ids)), min(page*s.size, len(ids))
		var rows []Row[string]
		for _, id := range ids[from:to] {
			rows = append(rows, Row[string]{ID: strconv.Itoa(id), Value: s.things[strconv.Itoa(id)], Partial: s.partial[strconv.Itoa(id)]})
		}
		pages := 0
		if s.total {
			pages = (len(ids) + s.size - 1) / s.size
		}
		s.mu.Unlock()
		if !visit(rows, pages) || to == len(ids) {
			return nil
		}
	}
}

// reader reads the shelf one by one or by list.
func (s *shelf) reader(changes *Changes) *Reads[string] {
	s.total = true
	return NewReads(Source[string]{Get: s.get, Pages: s.list}, changes)
}

// companion reads the shelf in the way of WHMCS's companion: lists do not report their length, and one request reads
// several ids.
func (s *shelf) companion(changes *Changes) *Reads[string] {
	length := func() int { return s.known }
	return NewReads(Source[string]{Get: s.get, Pages: s.list, Many: s.many, Most: 500, Ordered: true, Length: length}, changes)
}

// outcome is the result of a caller.
type outcome struct {
	value string
	err   error
}

// plan reads ids as Terraform does when it refreshes: so many at a time, each after a moment of Terraform's own.
func plan(t *testing.T, reads *Reads[string], ids []string, parallel int) []outcome {
	t.Helper()
	answers := make([]outcome, len(ids))
	next := make(chan int)
	var workers sync.WaitGroup
	for range parallel {
		workers.Go(func() {
			for i := range next {
				time.Sleep(time.Millisecond)
				// The context ends with the response, as that of an RPC does.
				ctx, cancel := context.WithCancel(t.Context())
				answers[i].value, answers[i].err = reads.Get(ctx, ids[i])
				cancel()
			}
		})
	}
	for i := range ids {
		next <- i
	}
	close(next)
	workers.Wait()
	return answers
}

// numbers are ids from, from+step, …
func numbers(from, count, step int) []string {
	ids := make([]string, count)
	for i := range ids {
		ids[i] = strconv.Itoa(from + i*step)
	}
	return ids
}

// TestReads_requests checks the number of requests of plans of different sizes, in estates of different sizes. No
// response is wrong.
func TestReads_requests(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name         string
		things, page int
		ids          []string
		parallel     int
		companion    bool
		known, most  int
	}{
		{name: "1,000 of 1,000 by pages of 100", things: 1000, page: 100, ids: numbers(1, 1000, 1), parallel: 10, most: 10},
		{name: "the same out of order", things: 1000, page: 100, ids: shuffled(numbers(1, 1000, 1)), parallel: 10, most: 10},
		{name: "one more page than reads at a time", things: 1100, page: 100, ids: numbers(1, 1100, 1), parallel: 10, most: 11},
		{name: "many more pages than reads at a time", things: 3000, page: 100, ids: shuffled(numbers(1, 3000, 1)), parallel: 10, most: 1 + 30 + 30 + 10},
		{name: "one after the other", things: 1000, page: 100, ids: numbers(1, 1000, 1), parallel: 1, most: 10 + 10 + 1},
		{name: "4 of 10,000", things: 10_000, page: 100, ids: numbers(7000, 4, 3), parallel: 10, most: 1 + 4},
		{name: "2 of 50", things: 50, page: 100, ids: numbers(7, 2, 3), parallel: 10, most: 1},
		{name: "companion: 1,000 of 1,000", things: 1000, page: 500, ids: numbers(1, 1000, 1), parallel: 10, companion: true, most: 3},
		{name: "companion: the same out of order", things: 1000, page: 500, ids: shuffled(numbers(1, 1000, 1)), parallel: 10, companion: true, most: 3},
		{name: "companion: 4,000 of 4,000", things: 4000, page: 500, ids: shuffled(numbers(1, 4000, 1)), parallel: 10, companion: true, most: 10},
		{name: "companion: 4 of 10,000, the last", things: 10_000, page: 500, ids: numbers(9997, 4, 1), parallel: 10, companion: true, most: 1},
		{name: "companion: 4 of 10,000, the first", things: 10_000, page: 500, ids: numbers(1, 4, 1), parallel: 10, companion: true, most: 1},
		{name: "companion: 4 of 10,000, anywhere", things: 10_000, page: 500, ids: numbers(1000, 4, 2500), parallel: 10, companion: true, most: 1},
		{name: "companion: 8 of 10,000", things: 10_000, page: 500, ids: numbers(9000, 8, 100), parallel: 10, companion: true, most: 2},
		{name: "companion: 1,000 of 10,000", things: 10_000, page: 500, ids: shuffled(numbers(1, 1000, 10)), parallel: 10, companion: true, most: 45},
		{name: "companion: 50 of 60", things: 60, page: 500, ids: numbers(1, 50, 1), parallel: 2, companion: true, most: 5},
		{name: "companion: 50 of 60, known to be one page", things: 60, page: 500, ids: numbers(1, 50, 1), parallel: 2, companion: true, known: 1, most: 1},
		{name: "companion: 50 of 10,000, known to be 20 pages", things: 10_000, page: 500, ids: numbers(9000, 50, 1), parallel: 10, companion: true, known: 20, most: 5},
		{name: "companion: one after the other", things: 400, page: 500, ids: numbers(1, 400, 1), parallel: 1, companion: true, most: 11},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newShelf(c.things, c.page)
				reads := s.reader(&Changes{})
				if c.companion {
					s.total, s.known = false, c.known
					reads = s.companion(&Changes{})
				}
				for i, a := range plan(t, reads, c.ids, c.parallel) {
					require.NoError(t, a.err, "id %s", c.ids[i])
					require.Equal(t, "v1", a.value)
				}
				time.Sleep(time.Minute) // a list that no caller waits for is read to its end
				t.Logf("%d reads in %d requests: %d pages, %d for several ids, %d for one", len(c.ids), s.requests(), s.pages, s.manys, s.gets)
				assert.LessOrEqual(t, s.requests(), c.most)
			})
		})
	}
}

// shuffled is the same ids in an order that has nothing to do with the list's.
func shuffled(ids []string) []string {
	out := slices.Clone(ids)
	for i := range out {
		j := (i * 7919) % len(out)
		out[i], out[j] = out[j], out[i]
	}
	return out
}

// TestReads_lone: who is alone gets one request of its own, at once, and what is there at that moment.
func TestReads_lone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newShelf(100, 100)
		reads := s.reader(&Changes{})
		for i := range 5 {
			id := strconv.Itoa(i + 1)
			s.set(id, "before "+id)
			began := time.Now()
			value, err := reads.Get(t.Context(), id)
			require.NoError(t, err)
			assert.Equal(t, "before "+id, value)
			assert.LessOrEqual(t, time.Since(began), roundTrip+window)
		}
		assert.Equal(t, 5, s.gets)
		assert.Zero(t, s.pages)
	})
}

// TestReads_again: an object that is requested again is read again, and so is one before its write.
func TestReads_again(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newShelf(50, 100)
		reads := s.reader(&Changes{})
		plan(t, reads, numbers(1, 10, 1), 10)
		require.Equal(t, 1, s.requests())
		s.set("3", "v2")
		value, err := reads.Get(t.Context(), "3")
		require.NoError(t, err)
		assert.Equal(t, "v2", value)
		s.set("20", "v2")
		value, err = reads.Get(Fresh(t.Context()), "20")
		require.NoError(t, err)
		assert.Equal(t, "v2", value)
		s.set("30", "v2")
		value, err = reads.Get(t.Context(), "30")
		require.NoError(t, err)
		assert.Equal(t, "v1", value, "from the list, which is not old")
		time.Sleep(maxAge)
		value, err = reads.Get(t.Context(), "31")
		require.NoError(t, err)
		assert.Equal(t, "v1", value)
		assert.Equal(t, 3, s.gets, "the list is too old")
	})
}

// TestReads_absent: an object that is missing from a list is requested by its id.
func TestReads_absent(t *testing.T) {
	t.Parallel()
	for _, companion := range []bool{false, true} {
		t.Run(fmt.Sprint(companion), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newShelf(250, 100)
				reads := s.reader(&Changes{})
				if companion {
					reads = s.companion(&Changes{})
				}
				// One object is deleted while the list is read, so the first row of the last page moves to a page that was already
				// read. One is added.
				s.onPage = func(page int) {
					s.mu.Lock()
					defer s.mu.Unlock()
					if page == 3 {
						delete(s.things, "5")
						s.things["251"] = "new"
					}
				}
				ids := []string{"1", "100", "199", "200", "201", "202", "250", "251", "999"}
				answers := plan(t, reads, ids, len(ids))
				for i, id := range ids[:7] {
					require.NoError(t, answers[i].err, id)
					assert.Equal(t, "v1", answers[i].value, id)
				}
				require.NoError(t, answers[7].err)
				assert.Equal(t, "new", answers[7].value)
				require.ErrorIs(t, answers[8].err, errAbsent)
			})
		})
	}
}

// TestReads_afterAWrite: a read that began after a write ended sees it, whatever was read before and whatever is being
// read.
func TestReads_afterAWrite(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		wait  time.Duration // from the beginning of the plan to the write
		write time.Duration // how long it takes
	}{
		{"after the list", time.Second, roundTrip},
		{"while the list is read", window + roundTrip/2, 0},
		{"while the list is read, over its end", window + roundTrip/2, 2 * roundTrip},
		{"begun before the list, over its end", 0, 5 * roundTrip},
		{"begun before the list, ended within", 0, window + roundTrip/2},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, changes := newShelf(100, 100), &Changes{}
				reads := s.reader(changes)
				var all sync.WaitGroup
				all.Go(func() { plan(t, reads, numbers(1, 10, 1), 10) })
				time.Sleep(c.wait)
				changes.Note()
				time.Sleep(c.write)
				s.set("50", "v2")
				changes.Note()
				value, err := reads.Get(t.Context(), "50")
				require.NoError(t, err)
				assert.Equal(t, "v2", value)
				all.Wait()
				// The rows read before it do not serve later reads either.
				s.set("60", "v2")
				value, err = reads.Get(t.Context(), "60")
				require.NoError(t, err)
				assert.Equal(t, "v2", value)
			})
		})
	}
}

// TestReads_raceOfWrites writes while plans read: no read is older than the write that ended before it began.
func TestReads_raceOfWrites(t *testing.T) {
	t.Parallel()
	for _, companion := range []bool{false, true} {
		t.Run(fmt.Sprint(companion), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, changes := newShelf(60, 20), &Changes{}
				reads := s.reader(changes)
				if companion {
					reads = s.companion(changes)
				}
				var all sync.WaitGroup
				for worker := range 12 {
					all.Go(func() {
						for i := range 40 {
							id := strconv.Itoa((worker*5+i*7)%60 + 1)
							if worker%3 != 0 {
								_, err := reads.Get(t.Context(), id)
								assert.NoError(t, err)
								continue
							}
							mine := strconv.Itoa(worker + 1) // only this worker writes it
							want := fmt.Sprintf("%d of %d", i, worker)
							changes.Note()
							time.Sleep(time.Duration(i*13%70) * time.Millisecond)
							s.set(mine, want)
							changes.Note()
							value, err := reads.Get(t.Context(), mine)
							assert.NoError(t, err)
							assert.Equal(t, want, value)
						}
					})
				}
				all.Wait()
			})
		})
	}
}

// TestReads_failures: only the callers of List get the error of a list. Errors are not stored.
func TestReads_failures(t *testing.T) {
	t.Parallel()
	refused := errors.New("too large for this system")
	for _, c := range []struct {
		name      string
		companion bool
		spoilt    string // the request that fails
		hopeless  bool
		gets      int
	}{
		{name: "the first page", spoilt: "page 1", gets: 5},
		{name: "in the middle", spoilt: "page 2", gets: 3},
		{name: "companion: the first page", companion: true, spoilt: "page 1"},
		{name: "companion: list and several ids", companion: true, spoilt: "page 1 many", gets: 5},
		{name: "hopeless", spoilt: "page 1", hopeless: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newShelf(30, 10)
				s.total = true
				source := Source[string]{Get: s.get, Pages: s.list, IsPermanent: func(error) bool { return c.hopeless }}
				if c.companion {
					source.Many, source.Most = s.many, 500
				}
				failing := true
				s.spoil = func(request string) error {
					if failing && (request == c.spoilt || c.spoilt == "page 1 many" && (request == "page 1" || request == "many")) {
						return refused
					}
					return nil
				}
				reads := NewReads(source, &Changes{})
				for _, a := range plan(t, reads, []string{"1", "2", "11", "21", "30"}, 5) {
					if c.hopeless {
						require.ErrorIs(t, a.err, refused)
						continue
					}
					require.NoError(t, a.err)
					require.Equal(t, "v1", a.value)
				}
				assert.Equal(t, c.gets, s.gets)
				failing = false
				_, err := reads.Get(t.Context(), "7")
				require.NoError(t, err)
				all, err := reads.List(t.Context())
				require.NoError(t, err)
				assert.Len(t, all, 30)
			})
		})
	}
}

// TestReads_oneFailure: an object that cannot be read is the failure of its caller alone.
func TestReads_oneFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, broken := newShelf(1000, 10), errors.New("broken")
		s.spoil = func(request string) error {
			if request == "get 7" {
				return broken
			}
			return nil
		}
		answers := plan(t, s.reader(&Changes{}), numbers(5, 5, 1), 5)
		for i, a := range answers {
			if i == 2 {
				s.things["7"] = "v1"
			}
			require.NoError(t, a.err, "all are on the first page")
		}
		delete(s.things, "700")
		for i, a := range plan(t, s.reader(&Changes{}), []string{"7", "700", "701"}, 3) {
			if i == 1 {
				require.ErrorIs(t, a.err, errAbsent)
				continue
			}
			require.NoError(t, a.err)
		}
	})
}

// TestReads_cancelled: a cancelled caller does not take the response from the others, and does not wait for it.
func TestReads_cancelled(t *testing.T) {
	t.Parallel()
	for _, after := range []time.Duration{0, window / 2, window + roundTrip/2, window + 2*roundTrip + roundTrip/2} {
		for _, companion := range []bool{false, true} {
			t.Run(fmt.Sprint(after, companion), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					s := newShelf(40, 10)
					reads := s.reader(&Changes{})
					if companion {
						reads = s.companion(&Changes{})
					}
					ctx, cancel := context.WithCancel(t.Context())
					var all sync.WaitGroup
					all.Go(func() {
						began := time.Now()
						_, err := reads.Get(ctx, "40")
						assert.ErrorIs(t, err, context.Canceled)
						assert.LessOrEqual(t, time.Since(began), after+2*window)
					})
					all.Go(func() {
						time.Sleep(after)
						cancel()
					})
					for _, a := range plan(t, reads, numbers(1, 9, 4), 9) {
						assert.NoError(t, a.err)
						assert.Equal(t, "v1", a.value)
					}
					all.Wait()
				})
			})
		}
	}
}

// TestReads_everyoneGone: the list is not read further when all callers have cancelled.
func TestReads_everyoneGone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newShelf(100, 10)
		reads := s.reader(&Changes{})
		ctx, cancel := context.WithTimeout(t.Context(), window+2*roundTrip+time.Millisecond)
		defer cancel()
		var all sync.WaitGroup
		for i := range 10 {
			all.Go(func() {
				_, err := reads.Get(ctx, strconv.Itoa(91+i))
				assert.ErrorIs(t, err, context.DeadlineExceeded)
			})
		}
		all.Wait()
		time.Sleep(time.Second)
		synctest.Wait()
		assert.Equal(t, 3, s.pages)
		value, err := reads.Get(t.Context(), "50")
		require.NoError(t, err)
		assert.Equal(t, "v1", value)
	})
}

// TestReads_lastOfTheQueue: a caller in the queue that gives up while another group's list is read can be the last
// that waited for it.
func TestReads_lastOfTheQueue(t *testing.T) {
	t.Parallel()
	for name, read := range map[string]func(context.Context, *Reads[string]) error{
		"one object": func(ctx context.Context, reads *Reads[string]) error {
			_, err := reads.Get(ctx, "100")
			return err
		},
		"the list": func(ctx context.Context, reads *Reads[string]) error {
			_, err := reads.List(ctx)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newShelf(100, 10)
				reads := s.reader(&Changes{})
				first, leave := context.WithTimeout(t.Context(), window+roundTrip+roundTrip/2)
				defer leave()
				last, leaveToo := context.WithTimeout(t.Context(), window+2*roundTrip+roundTrip/2)
				defer leaveToo()
				var all sync.WaitGroup
				for i := range 10 {
					all.Go(func() {
						_, err := reads.Get(first, strconv.Itoa(90+i))
						assert.ErrorIs(t, err, context.DeadlineExceeded)
					})
				}
				all.Go(func() {
					time.Sleep(window + roundTrip/2)
					assert.ErrorIs(t, read(last, reads), context.DeadlineExceeded)
				})
				all.Wait()
				time.Sleep(time.Second)
				synctest.Wait()
				assert.LessOrEqual(t, s.pages, 3, "the list has 10 pages")
			})
		})
	}
}

// TestReads_listAgain: a list that failed is tried again, once its pages would have been paid twice by single reads.
func TestReads_listAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newShelf(300, 10)
		s.spoil = func(request string) error {
			if request == "page 2" {
				return errors.New("lost")
			}
			return nil
		}
		reads := s.reader(&Changes{})
		for _, a := range plan(t, reads, numbers(31, 50, 1), 50) {
			require.NoError(t, a.err)
		}
		require.Equal(t, 2, s.pages)
		require.Equal(t, 50, s.gets)
		s.spoil = nil
		for _, a := range plan(t, reads, numbers(81, 9, 1), 9) {
			require.NoError(t, a.err)
		}
		require.Equal(t, 2, s.pages, "the list has 30 pages, and 59 single reads have cost less than two lists")
		require.Equal(t, 59, s.gets)
		for _, a := range plan(t, reads, numbers(90, 200, 1), 10) {
			require.NoError(t, a.err)
		}
		time.Sleep(time.Minute) // the list is read to its end
		synctest.Wait()
		assert.Equal(t, 2+30, s.pages)
		assert.Equal(t, 59, s.gets)
	})
}

// TestReads_partialRows: a list may show only a part of an object. A read of the object returns all of it, a list
// returns the part.
func TestReads_partialRows(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newShelf(30, 10)
		s.partial = map[string]bool{"12": true, "25": true}
		reads := s.reader(&Changes{})
		for _, a := range plan(t, reads, numbers(1, 30, 1), 10) {
			require.NoError(t, a.err)
			require.Equal(t, "v1", a.value)
		}
		assert.Equal(t, 3, s.pages)
		assert.Equal(t, 2, s.gets)
		all, err := reads.List(t.Context())
		require.NoError(t, err)
		assert.Len(t, all, 30)
	})
}

// TestReads_lists: lists that are requested together are read once, from now on, and serve reads as well.
func TestReads_lists(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newShelf(30, 10)
		reads := s.reader(&Changes{})
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				rows, err := reads.List(t.Context())
				assert.NoError(t, err)
				assert.Len(t, rows, 30)
			})
		}
		all.Go(func() {
			_, err := reads.Get(t.Context(), "30")
			assert.NoError(t, err)
		})
		all.Wait()
		assert.Equal(t, 3, s.requests())
		s.set("31", "v1")
		rows, err := reads.List(t.Context())
		require.NoError(t, err)
		assert.Len(t, rows, 31)
		assert.Equal(t, 3+4, s.requests())
	})
}

// TestReads_disabled: switched off, each read is a request.
func TestReads_disabled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newShelf(30, 10)
		reads := NewReads(Source[string]{Get: s.get, Pages: s.list, Many: s.many, Most: 500, Disabled: true}, &Changes{})
		plan(t, reads, numbers(1, 30, 1), 10)
		assert.Equal(t, 30, s.gets)
		assert.Equal(t, 30, s.requests())
		all, err := reads.List(t.Context())
		require.NoError(t, err)
		assert.Len(t, all, 30)
	})
}
