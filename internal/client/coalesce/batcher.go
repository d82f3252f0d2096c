package coalesce

import (
	"context"
	"slices"
)

// Batcher sends concurrent requests in one request, and gives each caller its own result. A request that arrives alone
// is sent by Single.
type Batcher[In, Out any] struct {
	// Single sends one request.
	Single func(ctx context.Context, in In) (Out, error)
	// Batch sends several in one request and returns their results in the same order. The error is that of the whole
	// request.
	Batch func(ctx context.Context, in []In) ([]Result[Out], error)
	// Fit returns how many of the first of ins fit into one request. It is at least 1.
	Fit func(ins []In) int
	// IsShared reports whether an error of Batch holds for every caller. After any other error each caller's request is
	// sent by Single.
	IsShared func(error) bool

	queue queue[*call[In, Out]]
}

// Do sends one request.
func (b *Batcher[In, Out]) Do(ctx context.Context, in In) (Out, error) {
	c := newCall[In, Out](ctx, in)
	b.queue.mu.Lock()
	b.queue.join(&c, b.serve)
	b.queue.mu.Unlock()
	if err := c.wait(); err != nil {
		var none Out
		return none, err
	}
	if c.sendOwn {
		return b.Single(ctx, in)
	}
	return c.out, c.err
}

func (b *Batcher[In, Out]) serve(group []*call[In, Out]) {
	group = slices.DeleteFunc(group, (*call[In, Out]).cancelled)
	for len(group) > 0 {
		ins := make([]In, len(group))
		for i, c := range group {
			ins[i] = c.in
		}
		n := b.Fit(ins)
		sendGroup(group[:n], b.Batch, b.IsShared)
		group = group[n:]
	}
}
