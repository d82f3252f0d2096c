package coalesce

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/lease"
)

const (
	// maxAge is how long a list may serve reads.
	maxAge = 5 * time.Minute
	// assumedPages is the assumed length of a list that was never read, where one request serves several ids.
	assumedPages = 5
	// minRequestsByID is the number of requests by id before a read that is alone in its group may use a list.
	minRequestsByID = 10
)

// Row is one object of a list.
type Row[V any] struct {
	ID    string
	Value V
	// Partial marks a row that may show less of the object than Get does. It does not serve a read of that
	// object.
	Partial bool
}

// Source is how one kind of object is read.
type Source[V any] struct {
	// Get reads one object.
	Get func(ctx context.Context, id string) (V, error)
	// Many reads at most Most objects in one request. Objects that are not in the result are read by Get. nil where
	// the system has no such request.
	Many func(ctx context.Context, ids []string) (map[string]V, error)
	Most int
	// Pages reads the list page by page, until it ends or visit returns false. pages is the length of the list, 0
	// where the system does not say.
	Pages func(ctx context.Context, visit func(rows []Row[V], pages int) bool) error
	// Length returns what is known of the length of the list, in pages, before the list is read for the first time. It
	// returns 0 if nothing is known. nil is the same.
	Length func() int
	// Ordered says that the list is in ascending order of ids, and that ids are numbers.
	Ordered bool
	// IsPermanent reports whether reading the objects one by one would fail with the same error as the list or Many.
	IsPermanent func(error) bool
	// Disabled makes each read a request of its own.
	Disabled bool
}

// Reads serves reads of single objects of one kind.
//
// The list serves a group of reads if its pages cost no more requests than the group and the single reads before it
// (see listPays). Otherwise one request for several ids serves the group, or one request for each read. A list that
// was read serves later reads too, within three limits:
//   - The client has sent no write since, and the list is at most five minutes old.
//   - It serves each id once. A caller that reads an object again needs to see changes.
//   - It does not serve a read marked [Fresh].
//
// An object that is missing from a list is read by its id: absence from a list does not mean that the object is gone.
//
// When a list fails with a permanent error, all callers of the group get the error. After another error, the reads of
// the group are sent without the list, and List callers get the error. The list is tried again after reads by id have
// cost as many requests as two lists. Errors are not stored.
type Reads[V any] struct {
	source  Source[V]
	changes *Changes
	queue   queue[*read[V]]

	// The fields below are guarded by queue.mu.

	version      uint64          // the number of noted changes when the fields below were reset
	readIDs      map[string]bool // ids that were read since
	requestsByID int             // requests that read by id since, negative after a failed list
	pages        int             // length of the list, or 0 if not known. It is never reset
	snapshot     *snapshot[V]
}

// read is one caller's read of an object, or of the whole list.
type read[V any] struct {
	call[string, V]
	version uint64 // the number of noted changes when the read began
	fresh   bool
	whole   bool // the list is wanted
	list    []V  // the result if whole
}

// snapshot is what was read of a list so far.
type snapshot[V any] struct {
	version     uint64 // the number of noted changes when the list was begun
	began       time.Time
	rows        map[string]V // rows that have not served a read yet
	pages       int          // read so far
	complete    bool
	answered    int
	first, last string // ids of the first and of the last row so far
}

// NewReads returns the reads of a source. changes are the writes of its client.
func NewReads[V any](source Source[V], changes *Changes) *Reads[V] {
	return &Reads[V]{source: source, changes: changes}
}

// Get reads one object.
func (r *Reads[V]) Get(ctx context.Context, id string) (V, error) {
	if r.source.Disabled {
		return r.source.Get(ctx, id)
	}
	r.queue.mu.Lock()
	version := r.currentVersion()
	q := &read[V]{call: newCall[string, V](ctx, id), version: version, fresh: r.readIDs[id] || isFresh(ctx)}
	r.readIDs[id] = true
	if r.mayUse(q, r.snapshot) && r.snapshot.serveFromRow(q) {
		r.queue.mu.Unlock()
		return q.out, nil
	}
	r.queue.join(q, r.serve)
	r.queue.mu.Unlock()
	if err := q.wait(); err != nil {
		var none V
		return none, err
	}
	if q.sendOwn {
		return r.source.Get(ctx, id)
	}
	return q.out, q.err
}

// Length returns the length of the list in pages, as far as the list was read. It returns 0 if it was never read.
func (r *Reads[V]) Length() int {
	r.queue.mu.Lock()
	defer r.queue.mu.Unlock()
	return r.pages
}

// List reads the whole list, as it is now. Concurrent callers share one reading, which also serves reads by id.
// The slice belongs to the caller. Callers must not change what its values point at.
func (r *Reads[V]) List(ctx context.Context) ([]V, error) {
	if r.source.Disabled {
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
	q := &read[V]{call: newCall[string, V](ctx, ""), whole: true}
	r.queue.mu.Lock()
	r.queue.join(q, r.serve)
	r.queue.mu.Unlock()
	if err := q.wait(); err != nil {
		return nil, err
	}
	return q.list, q.err
}

func appendValues[V any](all []V, rows []Row[V]) []V {
	for _, row := range rows {
		all = append(all, row.Value)
	}
	return all
}

// serve serves a group of reads.
func (r *Reads[V]) serve(group []*read[V]) {
	var reads, lists []*read[V]
	r.queue.mu.Lock()
	for _, q := range group {
		switch {
		case q.cancelled():
		case q.whole:
			lists = append(lists, q)
		case r.mayUse(q, r.snapshot) && r.snapshot.serveFromRow(q):
		default:
			reads = append(reads, q)
		}
	}
	list := len(lists) > 0 || r.listPays(len(reads))
	r.queue.mu.Unlock()
	if list {
		reads = r.readList(reads, lists)
	}
	r.readByID(reads)
}

// listPays reports whether the list costs no more requests than reading by id. Before the first write it counts the n
// reads of the group and the earlier requests by id. After a write it counts the earlier requests, plus one for a
// group of several if Many is nil. A read that is alone in its group uses a list only after minRequestsByID requests.
func (r *Reads[V]) listPays(n int) bool {
	written := r.currentVersion() > 0
	listIsRead := r.snapshot.usable(r.version) && r.snapshot.complete
	if r.source.Pages == nil || listIsRead || n == 0 || n == 1 && r.requestsByID < minRequestsByID {
		return false
	}
	saved := r.requestsByID
	switch {
	case !written:
		saved += n
	case r.source.Many == nil && n > 1: // the next write drops this list, so later reads cannot pay for it
		saved++
	}
	pages := r.pages
	if pages == 0 && r.source.Length != nil {
		pages = r.source.Length()
	}
	switch {
	case pages > 0:
	case r.source.Many != nil:
		pages = assumedPages
	default:
		pages = 1
	}
	return pages <= saved
}

// readList reads the list and serves from it: the reads and lists of a group, and reads that join the queue
// meanwhile. It returns the reads of the group that it did not serve. It stops when every caller that still waits has
// cancelled. Without a List caller, it also stops when the list is too long. That is when the pages left exceed the
// reads of this list (served or remaining) plus the earlier requests by id.
func (r *Reads[V]) readList(reads, lists []*read[V]) (unanswered []*read[V]) {
	r.queue.mu.Lock()
	s := &snapshot[V]{version: r.currentVersion(), began: time.Now(), rows: map[string]V{}}
	r.snapshot = s
	r.queue.mu.Unlock()
	all := []V{}
	stopped := false
	// The first caller's cancellation must not end the list, because later callers use it too.
	ctx := lease.WithoutCancel(slices.Concat(reads, lists)[0].ctx)
	err := r.source.Pages(ctx, func(rows []Row[V], pages int) bool {
		r.queue.mu.Lock()
		defer r.queue.mu.Unlock()
		s.add(rows)
		if len(lists) > 0 {
			all = appendValues(all, rows)
		}
		reads = slices.DeleteFunc(reads, s.serveFromRow)
		remaining := slices.Clone(reads)
		r.queue.waiting = slices.DeleteFunc(r.queue.waiting, func(q *read[V]) bool {
			if !r.mayUse(q, s) {
				return false
			}
			if s.serveFromRow(q) {
				return true
			}
			remaining = append(remaining, q)
			return false
		})
		left := s.pagesLeft(pages, r.source.Ordered, remaining)
		r.pages = s.pages + left
		stopped = len(lists) == 0 && left > s.answered+len(remaining)+r.requestsByID ||
			allGone(slices.Concat(remaining, lists))
		return !stopped
	})
	if err != nil {
		return r.listFailed(err, reads, lists)
	}
	r.queue.mu.Lock()
	defer r.queue.mu.Unlock()
	if !stopped {
		s.complete, r.pages = true, s.pages
	}
	for _, q := range lists {
		q.finishList(slices.Clone(all), nil)
	}
	return reads
}

// allGone reports whether all of the callers have cancelled. It returns false if there is no caller: all were served
// then, and the list is read to its end for later reads.
func allGone[V any](callers []*read[V]) bool {
	return len(callers) > 0 && !slices.ContainsFunc(callers, func(q *read[V]) bool { return !q.cancelled() })
}

// listFailed finishes the callers that get the error of the list, and returns the reads that are left.
func (r *Reads[V]) listFailed(err error, reads, lists []*read[V]) (unanswered []*read[V]) {
	r.queue.mu.Lock()
	defer r.queue.mu.Unlock()
	r.snapshot = nil
	r.requestsByID = -max(r.pages, assumedPages)
	for _, q := range lists {
		q.finishList(nil, err)
	}
	if !r.isPermanent(err) {
		return reads
	}
	for _, q := range reads {
		var none V
		q.finish(none, err)
	}
	return nil
}

// readByID reads the objects of a group in requests for several ids, or leaves each of them to its caller.
func (r *Reads[V]) readByID(group []*read[V]) {
	var calls []*call[string, V]
	for _, q := range group {
		if !q.cancelled() {
			calls = append(calls, &q.call)
		}
	}
	requests := 0
	for some := range slices.Chunk(calls, max(r.source.Most, 1)) {
		requests += sendGroup(some, r.many, r.isPermanent)
	}
	r.queue.mu.Lock()
	defer r.queue.mu.Unlock()
	r.currentVersion()
	r.requestsByID += requests
}

// many reads objects in one request.
func (r *Reads[V]) many(ctx context.Context, ids []string) ([]Result[V], error) {
	values, err := r.source.Many(ctx, slices.Compact(slices.Sorted(slices.Values(ids))))
	if err != nil {
		return nil, err
	}
	results := make([]Result[V], len(ids))
	for i, id := range ids {
		value, ok := values[id]
		results[i] = Result[V]{Value: value, Missing: !ok}
	}
	return results, nil
}

func (r *Reads[V]) isPermanent(err error) bool {
	return r.source.IsPermanent != nil && r.source.IsPermanent(err)
}

// currentVersion returns the number of noted changes. If it has changed, the read ids and the snapshot are dropped.
// The count of requests by id is then 0, or stays negative after a failed list.
func (r *Reads[V]) currentVersion() uint64 {
	if current := r.changes.n.Load(); r.readIDs == nil || current != r.version {
		r.version, r.readIDs, r.requestsByID, r.snapshot = current, map[string]bool{}, min(r.requestsByID, 0), nil
	}
	return r.version
}

// mayUse reports whether a list that was read, or is being read, may serve a read.
func (r *Reads[V]) mayUse(q *read[V], s *snapshot[V]) bool {
	return !q.whole && !q.fresh && s.usable(q.version)
}

// usable reports whether a list may serve a read that began at a version.
func (s *snapshot[V]) usable(version uint64) bool {
	return s != nil && s.version >= version && time.Since(s.began) <= maxAge
}

// serveFromRow serves a read with its row, if the row exists. A row serves one read only: a caller that reads an object
// again needs to see changes.
func (s *snapshot[V]) serveFromRow(q *read[V]) bool {
	value, ok := s.rows[q.in]
	if ok {
		delete(s.rows, q.in)
		s.answered++
		q.finish(value, nil)
	}
	return ok
}

func (s *snapshot[V]) add(rows []Row[V]) {
	s.pages++
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

// pagesLeft returns how many pages of the list are left. If the system does not report the number of pages, the
// result is an estimate. For an ordered list, it uses the greatest requested id. Otherwise, it is twice the pages read
// so far.
func (s *snapshot[V]) pagesLeft(pages int, ordered bool, wanted []*read[V]) int {
	if pages > 0 {
		return max(pages-s.pages, 0)
	}
	if ordered {
		greatest := uint64(0)
		for _, q := range wanted {
			greatest = max(greatest, number(q.in))
		}
		if first, last := number(s.first), number(s.last); greatest > last && last >= first {
			perPage := float64(last-first+1) / float64(s.pages)
			return max(int(min(float64(greatest-last)/perPage, 1e6)), 1)
		}
	}
	return 2 * s.pages
}

// number returns an id as a number, 0 if it is none.
func number(id string) uint64 {
	n, _ := strconv.ParseUint(id, 10, 64)
	return n
}

func (q *read[V]) finishList(list []V, err error) {
	var none V
	q.list = list
	q.finish(none, err)
}
