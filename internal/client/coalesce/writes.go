package coalesce

import (
	"context"
	"sync"
	"time"
)

// longestWrite bounds how long a write waits for others who are known to come.
const longestWrite = 2 * time.Second

// Sender is how writes are sent.
type Sender[In, Out any] struct {
	// One sends one write.
	One func(ctx context.Context, in In) (Out, error)
	// Many sends writes of one lane in one request and returns what became of each, in their order. An error is that of the request as a whole.
	Many func(ctx context.Context, in []In) ([]Result[Out], error)
	// Lane names what a write may travel with: those of one lane, one request at a time.
	Lane func(In) string
	// Object names what a write is about; "" = something that is not there yet. Writes about one object keep their order.
	Object func(In) string
	// Most is how many writes one request holds, Bytes how much Size they may have together; 0 = any.
	Most  int
	Bytes int
	Size  func(In) int
	// Alone tells that a request that failed as a whole does not say what became, or would become, of each of its writes. They are sent again one
	// by one, so that each caller learns its own; a write that happened already must come to the same end.
	Alone func(error) bool
	// Doubt is the error of a write that failed alone after the request that held it among others had failed as a whole. That request may have carried the
	// write out, which a failure that says nothing of this write must not hide. nil = the later error stands for both.
	Doubt func(together, alone error) error
	// Apart switches all of this off: each write is a request of its own.
	Apart bool
}

// Result is what became of one of several writes.
type Result[Out any] struct {
	Value Out
	Err   error
	// Again tells that the write was not attempted.
	Again bool
}

// Writes sends writes that arrive together in one request. Each caller gets its own result.
//
// A write whose caller has gone is not sent; one that is under way is finished, and its caller told.
type Writes[In, Out any] struct {
	sender Sender[In, Out]
	mu     sync.Mutex
	lanes  map[string]*lane[In, Out]
}

type lane[In, Out any] struct {
	sender *Sender[In, Out]
	line   line[*call[In, Out]]
}

// NewWrites sends writes by a sender.
func NewWrites[In, Out any](sender Sender[In, Out]) *Writes[In, Out] {
	return &Writes[In, Out]{sender: sender, lanes: map[string]*lane[In, Out]{}}
}

// Do sends one write.
func (w *Writes[In, Out]) Do(ctx context.Context, in In) (Out, error) {
	if w.sender.Apart || w.sender.Most == 1 {
		return w.sender.One(ctx, in)
	}
	l := w.lane(w.sender.Lane(in))
	c := newCall[In, Out](ctx, in)
	l.line.mu.Lock()
	l.line.join(c)
	l.line.mu.Unlock()
	select {
	case <-c.done:
	case <-ctx.Done():
		if l.line.leave(c) {
			var nothing Out
			return nothing, gone(ctx)
		}
		<-c.done
	}
	return c.outcome()
}

func (w *Writes[In, Out]) lane(name string) *lane[In, Out] {
	w.mu.Lock()
	defer w.mu.Unlock()
	l, ok := w.lanes[name]
	if !ok {
		l = &lane[In, Out]{sender: &w.sender}
		l.line.round, l.line.longest = l.round, longestWrite
		l.line.full = func(waiting []*call[In, Out]) bool {
			return l.fit(waiting) < len(waiting) || len(waiting) == w.sender.Most
		}
		w.lanes[name] = l
	}
	return l
}

// fit is how many of the first of the line travel together; one always travels.
func (l *lane[In, Out]) fit(waiting []*call[In, Out]) int {
	bytes := 0
	for i, c := range waiting {
		if l.sender.Size != nil {
			bytes += l.sender.Size(c.ask)
		}
		if i > 0 && (l.sender.Most > 0 && i == l.sender.Most || l.sender.Bytes > 0 && bytes > l.sender.Bytes) {
			return i
		}
	}
	return len(waiting)
}

func (l *lane[In, Out]) round() int {
	l.line.mu.Lock()
	n := l.fit(l.line.waiting)
	calls := l.line.waiting[:n:n]
	l.line.waiting = l.line.waiting[n:]
	l.line.mu.Unlock()
	guard(func() {
		if n == 1 {
			calls[0].finish(l.sender.One(calls[0].ctx, calls[0].ask))
		} else if n > 1 {
			l.many(calls)
		}
	}, blowUpAll(calls))
	return n
}

func (l *lane[In, Out]) many(calls []*call[In, Out]) {
	asks := make([]In, len(calls))
	for i, c := range calls {
		asks[i] = c.ask
	}
	ctx, cancel := together(calls)
	defer cancel()
	results, err := l.sender.Many(ctx, asks)
	var nothing Out
	var again []*call[In, Out]
	switch {
	case err != nil && ctx.Err() == nil && l.sender.Alone(err):
		l.each(calls, err)
		return
	case err != nil:
		for _, c := range calls {
			c.finish(nothing, err)
		}
		return
	}
	for i, result := range results {
		switch c := calls[i]; {
		case !result.Again:
			c.finish(result.Value, result.Err)
		case c.ctx.Err() != nil:
			c.finish(nothing, gone(c.ctx))
		default:
			again = append(again, c)
		}
	}
	if len(again) == len(calls) {
		l.each(calls, nil) // nothing would ever come of it
		return
	}
	l.line.mu.Lock()
	defer l.line.mu.Unlock()
	l.line.waiting = append(again, l.line.waiting...)
}

// each sends writes one by one: those about one object one after the other, all else side by side. before is how they failed together, if they did.
func (l *lane[In, Out]) each(calls []*call[In, Out], before error) {
	var groups [][]*call[In, Out]
	about := map[string]int{}
	for _, c := range calls {
		object := l.sender.Object(c.ask)
		at, known := about[object]
		if object == "" || !known {
			at = len(groups)
			groups = append(groups, nil)
			about[object] = at
		}
		groups[at] = append(groups[at], c)
	}
	var all sync.WaitGroup
	for _, group := range groups {
		all.Go(func() {
			guard(func() {
				for _, c := range group {
					out, err := l.sender.One(c.ctx, c.ask)
					if err != nil && before != nil && l.sender.Doubt != nil {
						err = l.sender.Doubt(before, err)
					}
					c.finish(out, err)
				}
			}, blowUpAll(group))
		})
	}
	all.Wait()
}
