// Package coalesce saves requests when callers want many objects at the same time. Terraform refreshes ten objects at
// a time, and reads each of them separately.
//
//   - [Reads] serves concurrent reads of single objects from one list, or from one request for several ids.
//     A refresh of 1,000 products takes 4 read requests instead of 1,001.
//   - [Batcher] sends concurrent requests of one form in one request. Validations under a rate limit use it.
//
// Both collect callers for one fixed [window] and then serve the group. One group is served at a time. Callers that
// arrive meanwhile form the next group. Each caller gets the result of its own object. If the shared request has no
// result for an object, its caller sends its own request.
//
// Writes are not coalesced. docs/adr/0005 has the reasons and the measurements. The package knows neither the systems
// nor HTTP.
package coalesce

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hosting-iac/terraform-provider-hosting/internal/client/lease"
)

// window is how long the first caller of a group waits for others. Terraform starts the ten walkers of a plan within
// this time.
const window = 25 * time.Millisecond

// Changes counts the starts and ends of a client's writes. A read that begins after a write is not served from a
// list begun before that write ended. The zero value is ready to use.
type Changes struct{ n atomic.Uint64 }

// Note must be called before a write is sent, and again when its response has arrived or is lost. A list that was
// begun before the write ended may lack the change.
func (c *Changes) Note() { c.n.Add(1) }

// Any reports whether a write was noted.
func (c *Changes) Any() bool { return c.n.Load() > 0 }

// call is one caller's request. The caller waits for it, and a worker that serves the caller's group ends the wait.
type call[In, Out any] struct {
	ctx     context.Context
	in      In
	done    chan struct{} // closed when the fields below are set
	out     Out
	err     error
	sendOwn bool // the group's request has no result: the caller sends its own request
}

func newCall[In, Out any](ctx context.Context, in In) call[In, Out] {
	return call[In, Out]{ctx: ctx, in: in, done: make(chan struct{})}
}

func (c *call[In, Out]) finish(out Out, err error) {
	c.out, c.err = out, err
	close(c.done)
}

func (c *call[In, Out]) finishWithoutResult() {
	c.sendOwn = true
	close(c.done)
}

// wait blocks until the call is finished or its context ends.
func (c *call[In, Out]) wait() error {
	select {
	case <-c.done:
		return nil
	case <-c.ctx.Done():
		return fmt.Errorf("canceled while waiting for a shared request: %w", context.Cause(c.ctx))
	}
}

// cancelled reports whether the caller no longer waits.
func (c *call[In, Out]) cancelled() bool { return c.ctx.Err() != nil }

// queue collects calls for one window and then has them served as a group. It serves one group at a time.
type queue[C any] struct {
	mu      sync.Mutex
	waiting []C
	running bool
}

// join adds a call to the next group. serve must finish each call of the group that was not cancelled. The caller
// holds mu.
func (q *queue[C]) join(c C, serve func(group []C)) {
	q.waiting = append(q.waiting, c)
	if !q.running {
		q.running = true
		go q.run(serve)
	}
}

func (q *queue[C]) run(serve func(group []C)) {
	for more := true; more; {
		time.Sleep(window)
		q.mu.Lock()
		group := q.waiting
		q.waiting = nil
		q.mu.Unlock()
		serve(group)
		q.mu.Lock()
		more = len(q.waiting) > 0
		q.running = more
		q.mu.Unlock()
	}
}

type freshKey struct{}

// Fresh marks reads that must show the object as it is now, because a write follows. They are not served
// from an earlier list.
func Fresh(ctx context.Context) context.Context { return context.WithValue(ctx, freshKey{}, true) }

func isFresh(ctx context.Context) bool { return ctx.Value(freshKey{}) != nil }

// Result is the outcome of one of several calls in one request.
type Result[Out any] struct {
	Value Out
	Err   error
	// Missing marks a call that has no result in the response.
	Missing bool
}

// sendGroup sends several calls in one request and finishes each of them. It leaves a single call to its caller. If
// the request fails, all calls get the error when isShared is true or all callers have cancelled. Otherwise each
// caller sends its own request. requests is the number of requests that all of this takes.
func sendGroup[In, Out any](
	group []*call[In, Out], send func(context.Context, []In) ([]Result[Out], error), isShared func(error) bool,
) (requests int) {
	if len(group) == 1 {
		group[0].finishWithoutResult()
		return 1
	}
	inputs, contexts := make([]In, len(group)), make([]context.Context, len(group))
	for i, c := range group {
		inputs[i], contexts[i] = c.in, c.ctx
	}
	ctx, cancel := sharedContext(contexts)
	defer cancel()
	results, err := send(ctx, inputs)
	requests = 1
	for i, c := range group {
		switch {
		case err != nil && (ctx.Err() != nil || isShared(err)):
			var none Out
			c.finish(none, err)
		case err != nil || results[i].Missing:
			c.finishWithoutResult()
			requests++
		default:
			c.finish(results[i].Value, results[i].Err)
		}
	}
	return requests
}

// sharedContext returns a context for a request that several callers wait for. It has the values of the first caller's
// context, and is cancelled when the last of the callers' contexts has ended.
func sharedContext(callers []context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(lease.WithoutCancel(callers[0]))
	var waiting atomic.Int64
	waiting.Store(int64(len(callers)))
	stops := make([]func() bool, len(callers))
	for i, caller := range callers {
		stops[i] = context.AfterFunc(caller, func() {
			if waiting.Add(-1) == 0 {
				cancel(context.Cause(caller))
			}
		})
	}
	return ctx, func() {
		for _, stop := range stops {
			stop()
		}
		cancel(context.Canceled)
	}
}
