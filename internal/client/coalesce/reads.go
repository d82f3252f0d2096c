package coalesce

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/lease"
)

const (
	// maxAge bounds how old an answer may be that comes from a list.
	maxAge = 5 * time.Minute
	// assumedPages is how long a list is taken for before anything is known of it, where few objects cost one request anyway.
	assumedPages = 5
	// longestRead bounds how long a read waits for others.
	longestRead = 100 * time.Millisecond
	// lonePatience is how many objects a caller reads one after the other before a list is made for it.
	lonePatience = 10
)

// Row is one object of a list.
type Row[V any] struct {
	ID    string
	Value V
	// Partial tells that the list may show less of the object than Get does: whoever asks for it alone gets it by Get.
	Partial bool
}

// Source is how one kind of object is read.
type Source[V any] struct {
	// Get reads one object.
	Get func(ctx context.Context, id string) (V, error)
	// Many reads at most Most objects in one request. An object that does not exist is in the answer as V shows that, or as Get would fail where it
	// is not in the answer. nil where the system has no such request.
	Many func(ctx context.Context, ids []string) (map[string]V, error)
	Most int
	// Pages reads the list page by page, until it ends or visit returns false. pages is how many there are in all, 0 where the system does not say.
	Pages func(ctx context.Context, visit func(rows []Row[V], pages int) bool) error
	// Ordered tells that the list is in the order of ids, which are numbers.
	Ordered bool
	// Hopeless tells that a failed list, or a failed Many, says all there is to say: reading the objects one by one would fail the same way.
	Hopeless func(error) bool
	// Apart switches all of this off: each read is a request of its own.
	Apart bool
}

// Reads answers reads of single objects of one kind. Where many are asked for at a time, one list serves them all and those who ask later:
//   - as long as this client writes nothing, and for five minutes at most;
//   - each id once: who asks for an object again wants to know what it has become;
//   - never a read marked [Fresh], or one that began after a write ended that the list may not have seen.
//
// That an object is missing from a list means nothing: it is asked for by its id. A list that fails is not the failure of those who wait for it
// either; they are served one by one, until as many requests were made as the list would have cost twice over: then it is tried again. No failure is kept.
type Reads[V any] struct {
	source  Source[V]
	changes *Changes
	line    line[*read[V]]

	// The rest is guarded by line.mu.
	at       uint64          // the changes that seen and spent belong to
	seen     map[string]bool // ids asked for since then
	spent    int             // requests made for single objects since then
	pages    int             // how many pages the list has, as far as known
	listless int             // the list failed last time, and is not tried before so many requests were made for single objects
	listed   *snapshot[V]
}

type read[V any] struct {
	*call[string, V]
	all   *call[string, []V] // in place of call: the whole list is wanted
	at    uint64             // the changes when it was asked
	fresh bool
}

// snapshot is a list, or the part of it that was read so far.
type snapshot[V any] struct {
	rows     map[string]V
	at       uint64 // the changes when it was begun
	began    time.Time
	complete bool
	read     int // pages
	served   int
	first    string // id of the first row
	last     string // id of the last row so far

	// While it is read: those it is read for, besides those who joined the line later, and how to stop.
	gets  []*call[string, V]
	lists []*call[string, []V]
	stop  context.CancelCauseFunc
}

// NewReads serves reads from a source. changes are those of the client.
func NewReads[V any](source Source[V], changes *Changes) *Reads[V] {
	r := &Reads[V]{source: source, changes: changes}
	r.line.round, r.line.longest, r.line.aside = r.round, longestRead, true
	return r
}

// Get reads one object.
func (r *Reads[V]) Get(ctx context.Context, id string) (V, error) {
	if r.source.Apart {
		return r.source.Get(ctx, id)
	}
	r.line.mu.Lock()
	q := &read[V]{call: newCall[string, V](ctx, id), at: r.now()}
	q.fresh = r.seen[id] || isFresh(ctx)
	r.seen[id] = true
	if value, ok := r.take(q); ok {
		r.line.mu.Unlock()
		return value, nil
	}
	r.line.join(q)
	r.line.mu.Unlock()
	select {
	case <-q.done:
	case <-ctx.Done():
		if r.line.leave(q) {
			r.abandon(&q.gone)
			var nothing V
			return nothing, gone(ctx)
		}
		r.abandon(&q.gone)
		// What was done for this caller alone has ended with it, and says how.
		select {
		case <-q.done:
		case <-time.After(window):
			var nothing V
			return nothing, gone(ctx)
		}
	}
	return q.outcome()
}

// List reads the whole list, from now on; those who ask for it together get it from one reading.
func (r *Reads[V]) List(ctx context.Context) ([]V, error) {
	if r.source.Apart {
		all := []V{}
		err := r.source.Pages(ctx, func(rows []Row[V], _ int) bool {
			all = appendValues(all, rows)
			return true
		})
		if err != nil {
			return nil, err
		}
		return all, nil
	}
	r.line.mu.Lock()
	q := &read[V]{all: newCall[string, []V](ctx, "")}
	r.line.join(q)
	r.line.mu.Unlock()
	select {
	case <-q.all.done:
	case <-ctx.Done():
		if r.line.leave(q) {
			r.abandon(&q.all.gone)
			return nil, gone(ctx)
		}
		r.abandon(&q.all.gone)
		select {
		case <-q.all.done:
		case <-time.After(window):
			return nil, gone(ctx)
		}
	}
	return q.all.outcome()
}

func appendValues[V any](all []V, rows []Row[V]) []V {
	for _, row := range rows {
		all = append(all, row.Value)
	}
	return all
}

// now is the state of the client's changes; what was counted before one is forgotten. Called with the lock held, as all that follows.
func (r *Reads[V]) now() uint64 {
	if now := r.changes.n.Load(); r.seen == nil || now != r.at {
		r.at, r.seen, r.spent = now, map[string]bool{}, 0
		if r.listed != nil && r.listed.stop == nil {
			r.listed = nil // what it holds is not needed any more
		}
	}
	return r.at
}

// valid tells whether a list may answer a read that was asked when the client's changes were at.
func (s *snapshot[V]) valid(at uint64) bool {
	return s != nil && s.at >= at && time.Since(s.began) <= maxAge
}

// take answers a read from the list. A row is handed out once, so that no two callers share what it points at.
func (r *Reads[V]) take(q *read[V]) (V, bool) {
	var nothing V
	if q.all != nil || q.fresh || !r.listed.valid(q.at) {
		return nothing, false
	}
	value, ok := r.listed.rows[q.ask]
	if ok {
		delete(r.listed.rows, q.ask)
		r.listed.served++
	}
	return value, ok
}

// round deals with all who wait.
func (r *Reads[V]) round() int {
	r.line.mu.Lock()
	waiting := r.line.waiting
	r.line.waiting = nil
	var gets []*call[string, V]
	var lists []*call[string, []V]
	for _, q := range waiting {
		switch value, ok := r.take(q); {
		case q.all != nil:
			lists = append(lists, q.all)
		case ok:
			q.finish(value, nil)
		default:
			gets = append(gets, q.call)
		}
	}
	list := len(lists) > 0 || r.worthwhile(len(gets))
	r.line.mu.Unlock()
	guard(func() {
		left := slices.Clone(gets)
		if list {
			left = r.list(left, lists)
		}
		r.fetch(left)
	}, blowUpAll(gets), blowUpAll(lists))
	return len(waiting)
}

// worthwhile tells whether a list costs no more requests than n reads that wait, and those made one by one before them: what is not listed when it
// would have paid is paid twice at most. Once this client writes, no list lives long: it has to pay at once.
func (r *Reads[V]) worthwhile(n int) bool {
	now := r.now()
	if r.source.Pages == nil || n == 0 || r.listless > 0 || r.listed.valid(now) && r.listed.complete || n == 1 && r.spent < lonePatience {
		return false
	}
	demand, pages := r.spent, r.pages
	switch {
	case pages > 0:
	case r.source.Many != nil:
		pages = assumedPages
	default:
		pages = 1
	}
	switch {
	case now == 0:
		demand += n
	case r.source.Many == nil && n > 1:
		demand++
	}
	return pages <= demand
}

// abandon notes that a caller has gone. When nobody is left who waits for a list, it is not read on. That callers go who were answered does not count:
// others may have joined them.
func (r *Reads[V]) abandon(gone *bool) {
	r.line.mu.Lock()
	defer r.line.mu.Unlock()
	*gone = true
	s := r.listed
	if s == nil || s.stop == nil || len(r.line.waiting) > 0 ||
		slices.ContainsFunc(s.gets, func(c *call[string, V]) bool { return !c.gone }) ||
		slices.ContainsFunc(s.lists, func(c *call[string, []V]) bool { return !c.gone }) {
		return
	}
	s.stop(context.Canceled)
}

// list serves reads from a list, as long as it is worth its pages, and returns those that it did not serve. Who comes while it is read and began
// after no later change is served as well.
func (r *Reads[V]) list(gets []*call[string, V], lists []*call[string, []V]) []*call[string, V] {
	var ctx context.Context
	if len(lists) > 0 {
		ctx = lists[0].ctx
	} else {
		ctx = gets[0].ctx
	}
	ctx, stop := context.WithCancelCause(lease.WithoutCancel(ctx))
	defer stop(nil)
	r.line.mu.Lock()
	s := &snapshot[V]{rows: map[string]V{}, at: r.now(), began: time.Now(), gets: gets, lists: lists, stop: stop}
	r.listed = s
	r.line.mu.Unlock()
	all := []V{}
	enough := false
	err := r.source.Pages(ctx, func(rows []Row[V], pages int) bool {
		if len(lists) > 0 {
			all = appendValues(all, rows)
		}
		r.line.mu.Lock()
		defer r.line.mu.Unlock()
		s.add(rows)
		s.gets = slices.DeleteFunc(s.gets, func(c *call[string, V]) bool { return r.hand(s, c) })
		open := slices.Clone(s.gets)
		r.line.waiting = slices.DeleteFunc(r.line.waiting, func(q *read[V]) bool {
			if q.all != nil || q.fresh || !s.valid(q.at) {
				return false
			}
			served := r.hand(s, q.call)
			if !served {
				open = append(open, q.call)
			}
			return served
		})
		left := r.left(s, pages, open)
		r.pages = s.read + left
		enough = len(lists) == 0 && left > s.served+len(open)+r.spent
		return !enough
	})
	r.line.mu.Lock()
	defer r.line.mu.Unlock()
	left := s.gets
	s.gets, s.lists, s.stop = nil, nil, nil
	r.listless = 0
	if err != nil && ctx.Err() == nil {
		r.listless = 2 * max(r.pages, assumedPages)
	}
	if err != nil {
		r.listed = nil
		for _, c := range lists {
			c.finish(nil, err)
		}
		if ctx.Err() == nil && !r.hopeless(err) {
			return left
		}
		for _, c := range left {
			var nothing V
			if c.gone {
				c.finish(nothing, gone(c.ctx))
				continue
			}
			c.finish(nothing, err)
		}
		return nil
	}
	s.complete = !enough
	if s.complete {
		r.pages = s.read
	}
	for _, c := range lists {
		c.finish(slices.Clone(all), nil)
	}
	return left
}

func (s *snapshot[V]) add(rows []Row[V]) {
	s.read++
	for _, row := range rows {
		if s.first == "" {
			s.first = row.ID
		}
		s.last = row.ID
		if !row.Partial {
			s.rows[row.ID] = row.Value
		}
	}
}

// hand answers a call with its row, if that was read.
func (r *Reads[V]) hand(s *snapshot[V], c *call[string, V]) bool {
	value, ok := s.rows[c.ask]
	if ok {
		delete(s.rows, c.ask)
		s.served++
		c.finish(value, nil)
	}
	return ok
}

// left is how many pages of the list are left to read; where the system does not say it, as far as can be guessed: from the ids that are asked for,
// else that there is more to come than there was.
func (r *Reads[V]) left(s *snapshot[V], pages int, open []*call[string, V]) int {
	if pages > 0 {
		return max(pages-s.read, 0)
	}
	if r.source.Ordered {
		first, last, far := number(s.first), number(s.last), uint64(0)
		for _, c := range open {
			far = max(far, number(c.ask))
		}
		if far > last && last >= first {
			span := float64(last-first+1) / float64(s.read)
			return max(int(min(float64(far-last)/span, 1e6)), 1)
		}
	}
	return 2 * s.read
}

func number(id string) uint64 {
	n, _ := strconv.ParseUint(id, 10, 64) // what is no number is before all
	return n
}

func (r *Reads[V]) hopeless(err error) bool {
	return r.source.Hopeless != nil && r.source.Hopeless(err)
}

// fetch reads objects by their ids.
func (r *Reads[V]) fetch(gets []*call[string, V]) {
	if len(gets) < 2 || r.source.Many == nil {
		r.each(gets)
		return
	}
	for some := range slices.Chunk(gets, r.source.Most) {
		r.each(r.many(some))
	}
}

// many reads objects in one request and returns those that have to be read alone.
func (r *Reads[V]) many(gets []*call[string, V]) (alone []*call[string, V]) {
	ctx, cancel := together(gets)
	defer cancel()
	ids := make([]string, 0, len(gets))
	for _, c := range gets {
		if !slices.Contains(ids, c.ask) {
			ids = append(ids, c.ask)
		}
	}
	r.spend(1)
	values, err := r.source.Many(ctx, ids)
	lost := err != nil && (ctx.Err() != nil || r.hopeless(err))
	for _, c := range gets {
		value, ok := values[c.ask]
		switch {
		case err == nil && ok:
			c.finish(value, nil)
		case lost:
			c.finish(value, err)
		default:
			alone = append(alone, c)
		}
	}
	return alone
}

// each reads objects one by one, side by side. Nobody waits for it but the callers.
func (r *Reads[V]) each(gets []*call[string, V]) {
	r.spend(len(gets))
	for _, c := range gets {
		go guard(func() { c.finish(r.source.Get(c.ctx, c.ask)) }, c.blowUp)
	}
}

func (r *Reads[V]) spend(requests int) {
	r.line.mu.Lock()
	defer r.line.mu.Unlock()
	r.now()
	r.spent += requests
	r.listless = max(r.listless-requests, 0)
}
