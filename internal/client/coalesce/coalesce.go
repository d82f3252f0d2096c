// Package coalesce lets requests that arrive together travel together: reads of many objects as one list or one request for several ids, writes
// as one batch. It knows neither the systems nor HTTP.
//
// A caller asks for one object and gets that object's own answer or failure; that others asked at the same moment it notices by the time alone.
// What is read from a list is never older than the caller may expect: see [Reads].
package coalesce

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/lease"
)

const (
	// window is how long the first of several callers waits for the others. It is far below the time that a request takes.
	window = 5 * time.Millisecond
	// opening is the same for the very first of a line: Terraform begins its walk with all it does at a time, and takes a while to do so.
	opening = 25 * time.Millisecond
	// rest is how long after a round what was learnt from it holds.
	rest = 5 * time.Second
)

// Changes tells the reads of a client that it writes. The zero value is ready to use.
type Changes struct{ n atomic.Uint64 }

// Note has to be called before a write is sent and again when its answer is there, or is lost: a list that was begun before the write ended may
// not have seen it.
func (c *Changes) Note() { c.n.Add(1) }

type freshKey struct{}

// Fresh marks reads that look at an object just before it is written: none of them is answered from what was read before it was asked.
func Fresh(ctx context.Context) context.Context { return context.WithValue(ctx, freshKey{}, true) }

func isFresh(ctx context.Context) bool { return ctx.Value(freshKey{}) != nil }

// call is one caller's question until it is answered.
type call[Q, A any] struct {
	ctx      context.Context
	ask      Q
	done     chan struct{} // closed when the rest is set
	answer   A
	err      error
	panicked any
	finished bool // by the goroutine that has taken the call out of its line
	gone     bool // the caller no longer waits; guarded by the line
}

func newCall[Q, A any](ctx context.Context, ask Q) *call[Q, A] {
	return &call[Q, A]{ctx: ctx, ask: ask, done: make(chan struct{})}
}

func (c *call[Q, A]) finish(answer A, err error) {
	c.answer, c.err, c.finished = answer, err, true
	close(c.done)
}

// blowUp has the caller panic as what was done for it did.
func (c *call[Q, A]) blowUp(panicked any) {
	if c.finished {
		return
	}
	c.panicked, c.finished = panicked, true
	close(c.done)
}

// outcome is what the caller gets once the call is done.
func (c *call[Q, A]) outcome() (A, error) {
	if c.panicked != nil {
		panic(c.panicked)
	}
	return c.answer, c.err
}

// gone is the failure of a call that its caller gave up before anything was sent for it, or while others still wait for the same answer.
func gone(ctx context.Context) error {
	return fmt.Errorf("given up while waiting for its turn: %w", context.Cause(ctx))
}

// line is where calls wait until they are dealt with together. One round is under way at a time.
//
// How many come together, and how long that takes, differs from run to run: Terraform does something of its own between two calls, and shares its
// processors with others. So each round learns from the last. Who took part in it, or came while it was under way, will come back: they are waited for.
// If some of them come too late, the next round waits longer; if they do not come at all, nobody waits for them again.
type line[C comparable] struct {
	mu       sync.Mutex
	waiting  []C
	busy     bool          // a goroutine deals with the line
	bell     chan struct{} // rung when somebody joins
	expected int           // how many come together; 0 = not known
	patience time.Duration // how long those are waited for
	vain     bool          // some of them were waited for and did not come
	early    int           // how many the last round dealt with before others came, who had to wait for the next
	ended    time.Time     // the last round

	// longest bounds the patience.
	longest time.Duration
	// aside tells that a round may leave work behind that goes on beside the next one, so that one caller does not mean that others are not about.
	aside bool
	// full tells that there is no use in waiting for more; called with mu held. May be nil.
	full func(waiting []C) bool
	// round takes calls out of the line and deals with them. It returns how many.
	round func() int
}

// join puts a call at the end of the line; called with mu held.
func (l *line[C]) join(c C) {
	l.waiting = append(l.waiting, c)
	if l.bell == nil {
		l.bell = make(chan struct{}, 1)
	}
	if !l.busy {
		l.busy = true
		go l.run()
	}
	select {
	case l.bell <- struct{}{}:
	default:
	}
}

// leave takes a call out of the line; false when it is being dealt with already.
func (l *line[C]) leave(c C) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, other := range l.waiting {
		if other == c {
			l.waiting = append(l.waiting[:i:i], l.waiting[i+1:]...)
			return true
		}
	}
	return false
}

func (l *line[C]) run() {
	over := false
	defer func() {
		if !over {
			go l.run() // the goroutine ended in the middle of a round
		}
	}()
	for {
		l.gather()
		began := time.Now()
		n := l.round()
		l.mu.Lock()
		l.ended = time.Now()
		late := len(l.waiting)
		switch {
		case late > 0 && l.vain: // a little more patience, and there would have been more
			l.patience = max(4*l.patience, l.ended.Sub(began))
		case late > 0:
			l.patience = max(2*l.patience, l.ended.Sub(began))
		case l.vain:
			l.patience /= 2
		}
		l.patience = min(max(l.patience, window), l.longest)
		l.expected = n + late
		if late == 0 && l.vain {
			l.expected += l.early // who come with these, if they are waited for
		}
		l.early = 0
		if late > 0 {
			l.early = n
		}
		if len(l.waiting) == 0 {
			l.busy, over = false, true
			l.mu.Unlock()
			return
		}
		l.mu.Unlock()
	}
}

// gather waits for those who come together with the first of the line. A caller who is always alone waits for nobody.
func (l *line[C]) gather() {
	l.mu.Lock()
	patience := l.patience
	switch {
	case l.ended.IsZero():
		patience = opening
	case time.Since(l.ended) > rest:
		l.expected, patience = 0, window
	case l.aside && l.expected == 1:
		l.expected = 0
	}
	if l.expected == 0 {
		patience = max(patience, window)
	}
	expected := l.expected
	l.mu.Unlock()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for vain := false; ; {
		l.mu.Lock()
		l.vain = vain && len(l.waiting) < max(expected, 2)
		enough := vain || expected > 0 && len(l.waiting) >= expected || l.full != nil && l.full(l.waiting)
		l.mu.Unlock()
		if enough {
			return
		}
		select {
		case <-l.bell:
		case <-timer.C:
			vain = true
		}
	}
}

// guard runs what is done for callers. When it panics, or its goroutine ends, those of them who still wait panic, and the line goes on.
func guard(do func(), callers ...func(panicked any)) {
	finished := false
	defer func() {
		panicked := recover()
		if finished {
			return
		}
		if panicked == nil {
			panicked = "coalesce: the goroutine that worked for several callers ended"
		}
		for _, blowUp := range callers {
			blowUp(panicked)
		}
	}()
	do()
	finished = true
}

// blowUpAll has the callers of all calls panic.
func blowUpAll[Q, A any](calls []*call[Q, A]) func(any) {
	return func(panicked any) {
		for _, c := range calls {
			c.blowUp(panicked)
		}
	}
}

// together is a context for what is done for several callers: it ends when the last of them has gone, and at the latest of their deadlines.
func together[Q, A any](calls []*call[Q, A]) (context.Context, context.CancelFunc) {
	if len(calls) == 1 {
		return context.WithCancel(calls[0].ctx)
	}
	ctx, cancel := context.WithCancelCause(lease.WithoutCancel(calls[0].ctx))
	var left atomic.Int64
	left.Store(int64(len(calls)))
	var latest time.Time
	bounded := true
	stops := make([]func() bool, len(calls))
	for i, c := range calls {
		stops[i] = context.AfterFunc(c.ctx, func() {
			if left.Add(-1) == 0 {
				cancel(context.Cause(c.ctx))
			}
		})
		deadline, has := c.ctx.Deadline()
		bounded = bounded && has
		if deadline.After(latest) {
			latest = deadline
		}
	}
	stop := func() {}
	if bounded {
		ctx, stop = context.WithDeadline(ctx, latest)
	}
	return ctx, func() {
		for _, undo := range stops {
			undo()
		}
		stop()
		cancel(context.Canceled)
	}
}
